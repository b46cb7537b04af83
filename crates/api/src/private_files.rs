//! Files that only the user who runs the program may read: the database, the files of records, the keys.

use std::fs::{self, OpenOptions, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::Mode;

const FILE: u32 = 0o600;
const FOLDER: u32 = 0o700;

/// Whatever this process creates from now on, nobody else may read: files 0600, folders 0700.
pub fn keep_private() {
    rustix::process::umask(Mode::RWXG | Mode::RWXO);
}

/// Makes the folder of a file if it is missing, and takes the rights of others to the file and to what SQLite keeps beside it, as earlier
/// versions left them.
///
/// # Errors
/// When the folder cannot be made or the rights cannot be changed.
pub fn prepare_database(file: &Path) -> io::Result<()> {
    if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        fs::create_dir_all(folder)?;
    }
    for end in ["", "-wal", "-shm"] {
        let mut name = file.as_os_str().to_owned();
        name.push(end);
        restrict(Path::new(&name), FILE)?;
    }
    Ok(())
}

/// Takes the rights of others to a folder, if it is there.
///
/// # Errors
/// When they cannot be changed.
pub fn restrict_folder(folder: &Path) -> io::Result<()> {
    restrict(folder, FOLDER)
}

fn restrict(path: &Path, mode: u32) -> io::Result<()> {
    match fs::metadata(path) {
        // What belongs to the owner stays as it is.
        Ok(found) if found.permissions().mode() & 0o077 != 0 => {
            fs::set_permissions(path, Permissions::from_mode(found.permissions().mode() & mode))
        }
        Ok(_) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

/// Writes a file that is not there yet.
///
/// # Errors
/// When it is there, or cannot be written.
pub fn create(file: &Path, content: &str) -> io::Result<()> {
    if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        fs::create_dir_all(folder)?;
    }
    let mut opened = OpenOptions::new().write(true).create_new(true).mode(FILE).open(file)?;
    opened.write_all(content.as_bytes())?;
    opened.sync_all()
}

/// Writes a file in the place of another. Whoever reads finds the one or the other, and never a half.
///
/// # Errors
/// When it cannot be written.
pub fn replace(file: &Path, content: &str) -> io::Result<()> {
    let mut name = file.as_os_str().to_owned();
    name.push(".new");
    let new = PathBuf::from(name);
    // One that a killed process has left is worth nothing.
    let _ = fs::remove_file(&new);
    create(&new, content)?;
    fs::rename(&new, file)
}
