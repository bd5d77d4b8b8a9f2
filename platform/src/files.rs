//! Files on disk, named by what is in them.

use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

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
        let partial = path.with_extension("part");
        let bytes = bytes.to_vec();
        tokio::task::spawn_blocking(move || {
            use std::io::Write;
            let mut out = std::fs::File::create(&partial)?;
            out.write_all(&bytes)?;
            out.sync_all()?;
            // A rename is atomic, so that a reader never sees half a file.
            std::fs::rename(&partial, &path)
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
