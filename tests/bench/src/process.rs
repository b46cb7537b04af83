//! Processes on this machine: starting and stopping them, the CPU time that they took, the memory that they hold.

use std::fs::{self, File};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::time::{clock_getcpuclockid, clock_gettime};
use nix::unistd::Pid;

use crate::Outcome;

/// A server that this program has started. It stops when it is dropped.
pub struct Server {
    child: Child,
    /// From its start to its first answer.
    pub started_in: Duration,
}

impl Server {
    /// Starts a server and waits until `is_ready`.
    pub fn start(command: &mut Command, log: File, is_ready: impl Fn() -> bool) -> Outcome<Self> {
        let started = Instant::now();
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).spawn()?;
        let mut server = Self { child, started_in: Duration::ZERO };
        while !is_ready() {
            if let Some(status) = server.child.try_wait()? {
                return Err(format!("{command:?} ended with {status}").into());
            }
            if started.elapsed() > Duration::from_secs(30) {
                return Err(format!("{command:?} does not answer").into());
            }
            thread::sleep(Duration::from_micros(500));
        }
        server.started_in = started.elapsed();
        Ok(server)
    }

    /// The CPU time that it has taken, all its threads together.
    pub fn cpu(&self) -> Outcome<Duration> {
        cpu(self.pid())
    }

    /// The memory that it holds.
    pub fn memory(&self) -> Outcome<Memory> {
        Ok(Memory { resident: self.told_memory("VmRSS:")?, anonymous: self.told_memory("RssAnon:")? })
    }

    /// The most memory that it has held, in MiB.
    pub fn peak(&self) -> Outcome<f64> {
        self.told_memory("VmHWM:")
    }

    fn told_memory(&self, name: &str) -> Outcome<f64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.pid()))?;
        let line = status.lines().find(|line| line.starts_with(name)).ok_or("no memory is told in /proc")?;
        let kib = line.split_whitespace().nth(1).ok_or("no memory is told in /proc")?;
        Ok(kib.parse::<f64>()? / 1024.0)
    }

    fn pid(&self) -> i32 {
        self.child.id().cast_signed()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = kill(Pid::from_raw(self.pid()), Signal::SIGTERM);
        let _ = self.child.wait();
    }
}

/// Memory of a process, in MiB.
#[derive(Clone, Copy, Debug)]
pub struct Memory {
    /// All that is resident: the program's own file and a mapped database, too.
    pub resident: f64,
    /// What only this process needs.
    pub anonymous: f64,
}

/// A free address of the loopback.
pub fn free_address() -> Outcome<SocketAddr> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?)
}

/// All processes of a PostgreSQL server, known by their parent.
#[derive(Clone, Copy, Debug)]
pub struct Cluster {
    postmaster: i32,
}

/// In this unit /proc tells times, on every architecture of today.
const TICK: Duration = Duration::from_millis(10);

impl Cluster {
    /// The server to which this backend belongs.
    pub fn of_backend(backend: i32) -> Outcome<Self> {
        let postmaster =
            Stat::of(backend).map_err(|_| "the PostgreSQL server runs on another machine: its CPU time cannot be read")?;
        Ok(Self { postmaster: postmaster.parent })
    }

    /// The CPU time that its processes have taken, with those that have ended since.
    pub fn cpu(&self) -> Outcome<Duration> {
        let mut sum = Duration::ZERO;
        for entry in fs::read_dir("/proc")? {
            let Some(pid) = entry?.file_name().to_str().and_then(|name| name.parse().ok()) else {
                continue;
            };
            // A process may end while it is looked at.
            if Stat::of(pid).is_ok_and(|stat| stat.parent == self.postmaster) {
                sum += cpu(pid).unwrap_or_default();
            }
        }
        Ok(sum + cpu(self.postmaster)? + Stat::of(self.postmaster)?.of_ended_children)
    }
}

/// What `/proc/PID/stat` tells.
struct Stat {
    parent: i32,
    of_ended_children: Duration,
}

impl Stat {
    fn of(pid: i32) -> Outcome<Self> {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat"))?;
        // The name stands in brackets and may hold anything; the state follows.
        let (_, rest) = stat.rsplit_once(')').ok_or("a strange /proc")?;
        let fields: Vec<&str> = rest.split_whitespace().collect();
        let field = |place: usize| fields.get(place).ok_or("a strange /proc");
        let ticks = field(13)?.parse::<u32>()? + field(14)?.parse::<u32>()?;
        Ok(Self { parent: field(1)?.parse()?, of_ended_children: TICK * ticks })
    }
}

/// User and system time of a process, as /proc tells it, but finer than in ticks of 10 ms.
fn cpu(pid: i32) -> Outcome<Duration> {
    Ok(clock_gettime(clock_getcpuclockid(Pid::from_raw(pid))?)?.into())
}
