use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A small disk that can be filled: a file system in memory. Only the superuser can mount one.
pub struct SmallDisk {
    /// Its mount point.
    pub folder: PathBuf,
}

impl SmallDisk {
    /// Mounts a disk of this size in MiB; `None` if that is not permitted.
    pub fn mount(mebibytes: u32) -> Option<Self> {
        let folder = std::env::temp_dir().join(format!("chot_test_disk_{}", uuid::Uuid::now_v7().simple()));
        std::fs::create_dir(&folder).unwrap();
        let size = format!("size={mebibytes}m,mode=0777");
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", &size, "none"]).arg(&folder).status();
        if mounted.is_ok_and(|status| status.success()) {
            return Some(Self { folder });
        }
        std::fs::remove_dir(&folder).unwrap();
        None
    }

    /// Fills it to the last byte.
    pub fn fill(&self) {
        let mut filler = OpenOptions::new().create(true).append(true).open(self.filler()).unwrap();
        for size in [1 << 16, 1 << 12, 1] {
            while filler.write_all(&vec![0_u8; size]).is_ok() {}
        }
    }

    /// Frees space again.
    pub fn free(&self) {
        File::create(self.filler()).unwrap();
        std::fs::remove_file(self.filler()).unwrap();
    }

    fn filler(&self) -> PathBuf {
        Path::new(&self.folder).join("filler")
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.folder).status();
        let _ = std::fs::remove_dir(&self.folder);
    }
}
