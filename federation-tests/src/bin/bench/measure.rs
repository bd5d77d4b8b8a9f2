//! Rows of figures: wall time, CPU time, percentiles, and how they are shown.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::{Duration, Instant},
};

static QUICK: AtomicBool = AtomicBool::new(false);

/// From now on everything is done a twentieth as often: a trial of the benches, not a measurement.
pub fn be_quick() {
    QUICK.store(true, Ordering::Relaxed);
}

/// `count`, or a twentieth of it in a trial.
pub fn scaled(count: usize) -> usize {
    if QUICK.load(Ordering::Relaxed) { count.div_ceil(20) } else { count }
}

/// One figure.
#[derive(Debug, Clone)]
pub struct Row {
    /// What was measured.
    pub name: String,
    /// The figure.
    pub value: f64,
    /// In what.
    pub unit: &'static str,
    /// CPU time of the whole process, load generator included, in seconds; `None` where it means nothing.
    pub cpu_seconds: Option<f64>,
}

impl Row {
    /// A figure without CPU time.
    pub fn new(name: impl Into<String>, value: f64, unit: &'static str) -> Self {
        Self { name: name.into(), value, unit, cpu_seconds: None }
    }

    /// The same with CPU time.
    pub fn cpu(mut self, seconds: f64) -> Self {
        self.cpu_seconds = Some(seconds);
        self
    }
}

/// Wall and CPU time from a moment on.
pub struct Stopwatch {
    started: Instant,
    cpu: f64,
}

impl Stopwatch {
    /// Starts now.
    pub fn start() -> Self {
        Self { started: Instant::now(), cpu: cpu_seconds() }
    }

    /// Seconds on the wall.
    pub fn wall(&self) -> f64 {
        self.started.elapsed().as_secs_f64()
    }

    /// Seconds of CPU.
    pub fn cpu(&self) -> f64 {
        cpu_seconds() - self.cpu
    }

    /// A row "`count` per second".
    pub fn per_second(&self, name: impl Into<String>, count: usize, unit: &'static str) -> Row {
        Row::new(name, count as f64 / self.wall(), unit).cpu(self.cpu())
    }
}

/// User and system time of this process with all its threads.
pub fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after = stat.rsplit_once(')').map_or("", |(_, after)| after);
    let ticks: f64 = after.split_whitespace().skip(11).take(2).filter_map(|n| n.parse::<f64>().ok()).sum();
    // The kernel counts in hundredths of a second on every Linux that we run on.
    ticks / 100.0
}

/// The value below which `percent` of the samples lie, in milliseconds.
pub fn percentile(samples: &mut [Duration], percent: usize) -> f64 {
    samples.sort_unstable();
    let at = (samples.len() * percent).div_ceil(100).saturating_sub(1);
    samples.get(at).map_or(0.0, |sample| sample.as_secs_f64() * 1000.0)
}

/// Prints rows as they come.
pub struct Report {
    json: bool,
    rows: usize,
}

impl Report {
    /// A table, or one JSON object a line.
    pub fn new(json: bool) -> Self {
        Self { json, rows: 0 }
    }

    /// Says on what all this was measured.
    pub fn machine(&self) {
        let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
        let rustc = std::process::Command::new("rustc").arg("--version").output().ok();
        let rustc = rustc.map(|out| String::from_utf8_lossy(&out.stdout).trim().to_owned()).unwrap_or_default();
        let memory = std::fs::read_to_string("/proc/meminfo").unwrap_or_default();
        let memory: u64 = memory.lines().next().and_then(|line| line.split_whitespace().nth(1)?.parse().ok()).unwrap_or(0) / 1024;
        if self.json {
            println!("{}", serde_json::json!({"name": "machine", "cores": cores, "memory_mib": memory, "rustc": rustc}));
        } else {
            println!("{cores} cores, {memory} MiB, {rustc}; CPU seconds are of the whole process, load generator included");
            println!("{:<52} {:>14} {:<16} {:>8}", "what", "value", "unit", "CPU s");
        }
    }

    /// Prints one.
    pub fn row(&mut self, row: Row) {
        self.rows += 1;
        // Three digits say more than the noise of any machine.
        let value = if row.value >= 100.0 { row.value.round() } else { (row.value * 100.0).round() / 100.0 };
        let cpu = row.cpu_seconds.map(|cpu| (cpu * 100.0).round() / 100.0);
        if self.json {
            println!("{}", serde_json::json!({"name": row.name, "value": value, "unit": row.unit, "cpu_seconds": cpu}));
        } else {
            println!("{:<52} {:>14} {:<16} {:>8}", row.name, value, row.unit, cpu.map_or(String::new(), |cpu| format!("{cpu:.2}")));
        }
    }

    /// The end.
    pub fn end(&self) {
        if !self.json {
            println!("{} figures", self.rows);
        }
    }
}
