//! Files that only the user who runs the program may read: the database, the attachments, the keys.

use std::fs::{self, OpenOptions, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::Mode;

const FILE: u32 = 0o600;
const FOLDER: u32 = 0o700;

/// From now on, only the owner may read what this process creates: files 0600, folders 0700.
pub fn keep_private() {
    rustix::process::umask(Mode::RWXG | Mode::RWXO);
}

/// Creates the folder of the database file if it is missing. Removes the rights of other users to the file and to the files that
/// SQLite stores beside it, since earlier versions left them readable.
///
/// # Errors
/// If the folder cannot be created or the rights cannot be changed.
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

/// Removes the rights of other users to a folder, if it exists.
///
/// # Errors
/// If the rights cannot be changed.
pub fn restrict_folder(folder: &Path) -> io::Result<()> {
    restrict(folder, FOLDER)
}

fn restrict(path: &Path, mode: u32) -> io::Result<()> {
    match fs::metadata(path) {
        // The rights of the owner do not change.
        Ok(found) if found.permissions().mode() & 0o077 != 0 => {
            fs::set_permissions(path, Permissions::from_mode(found.permissions().mode() & mode))
        }
        Ok(_) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

/// Writes a new file.
///
/// # Errors
/// If the file exists or cannot be written.
pub fn create(file: &Path, content: &str) -> io::Result<()> {
    if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        fs::create_dir_all(folder)?;
    }
    let mut opened = OpenOptions::new().write(true).create_new(true).mode(FILE).open(file)?;
    opened.write_all(content.as_bytes())?;
    opened.sync_all()
}

/// Replaces a file. A reader sees either the old or the new content, never a part.
///
/// # Errors
/// If it cannot be written.
pub fn replace(file: &Path, content: &str) -> io::Result<()> {
    let mut name = file.as_os_str().to_owned();
    name.push(".new");
    let new = PathBuf::from(name);
    // A file left by a killed process is useless.
    let _ = fs::remove_file(&new);
    create(&new, content)?;
    fs::rename(&new, file)
}
