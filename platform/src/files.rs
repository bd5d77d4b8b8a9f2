//! Files on disk, named by what is in them.

use std::{
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
};

use sha2::{Digest, Sha256};

static PARTS: AtomicU64 = AtomicU64::new(0);

/// A folder of files, each under the SHA-256 of its bytes, so that the same bytes are kept once.
#[derive(Debug, Clone)]
pub struct Files {
    dir: PathBuf,
}

impl Files {
    /// Files under `dir`, which is made when the first one comes.
    #[must_use]
    pub fn new(dir: impl Into<PathBuf>) -> Self {
        Self { dir: dir.into() }
    }

    /// Keeps `bytes` and returns their SHA-256 in hex; durable when it returns.
    ///
    /// # Errors
    /// The file system's.
    pub async fn put(&self, bytes: &[u8]) -> std::io::Result<String> {
        let hash = hex::encode(Sha256::digest(bytes));
        let path = self.path(&hash)?;
        if tokio::fs::try_exists(&path).await? {
            return Ok(hash);
        }
        let folder = path.parent().map(Path::to_path_buf).unwrap_or_default();
        tokio::fs::create_dir_all(&folder).await?;
        // A name of its own, because somebody else may be writing the same bytes at the same time.
        let partial = path.with_extension(format!("{}-{}.part", std::process::id(), PARTS.fetch_add(1, Ordering::Relaxed)));
        let bytes = bytes.to_vec();
        tokio::task::spawn_blocking(move || {
            use std::io::Write;
            let mut out = std::fs::File::create(&partial)?;
            out.write_all(&bytes)?;
            out.sync_all()?;
            // A rename is atomic, so that a reader never sees half a file.
            std::fs::rename(&partial, &path)?;
            // The new name is only on disk when the folder is.
            std::fs::File::open(&folder)?.sync_all()
        })
        .await
        .map_err(std::io::Error::other)??;
        Ok(hash)
    }

    /// The bytes under `hash`.
    ///
    /// # Errors
    /// `NotFound` when there are none; the file system's otherwise.
    pub async fn get(&self, hash: &str) -> std::io::Result<Vec<u8>> {
        tokio::fs::read(self.path(hash)?).await
    }

    /// Removes the bytes under `hash`; it is no error when there are none.
    ///
    /// # Errors
    /// The file system's.
    pub async fn delete(&self, hash: &str) -> std::io::Result<()> {
        match tokio::fs::remove_file(self.path(hash)?).await {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// The path of `hash`; refuses whatever is not 64 hex characters, so that no name leads elsewhere.
    fn path(&self, hash: &str) -> std::io::Result<PathBuf> {
        let sane = hash.len() == 64 && hash.bytes().all(|b| b.is_ascii_hexdigit());
        match hash.get(..2) {
            Some(first) if sane => Ok(self.dir.join(first).join(hash)),
            _ => Err(std::io::Error::new(std::io::ErrorKind::InvalidInput, "not a file hash")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn r12_many_may_put_the_same_bytes_at_once() {
        let dir = tempfile::tempdir().unwrap();
        let files = Files::new(dir.path());
        for round in 0..20_u8 {
            let bytes = vec![round; 300_000];
            let puts = futures_util::future::join_all((0..8).map(|_| files.put(&bytes))).await;
            let hash = puts[0].as_ref().unwrap().clone();
            assert!(puts.iter().all(|put| put.as_ref().is_ok_and(|other| *other == hash)), "{puts:?}");
            assert_eq!(files.get(&hash).await.unwrap(), bytes);
        }
    }

    #[tokio::test]
    async fn s26_a_file_is_found_by_its_hash_and_by_nothing_else() {
        let dir = tempfile::tempdir().unwrap();
        let files = Files::new(dir.path());
        let hash = files.put(b"abc").await.unwrap();
        assert_eq!(files.get(&hash).await.unwrap(), b"abc");
        assert_eq!(files.put(b"abc").await.unwrap(), hash);
        assert!(files.get("../../etc/passwd").await.is_err());
        files.delete(&hash).await.unwrap();
        assert!(files.get(&hash).await.is_err());
        files.delete(&hash).await.unwrap();
    }
}
