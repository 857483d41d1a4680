//! The certificates that this system trusts.

#[cfg(all(unix, not(target_os = "macos")))]
pub(crate) use files::System;
#[cfg(not(all(unix, not(target_os = "macos"))))]
pub(crate) use store::System;

/// Reads the trusted certificates on systems that store these certificates in files.
#[cfg(all(unix, not(target_os = "macos")))]
mod files {
    use std::{
        collections::{BTreeMap, HashSet},
        env, fs, io,
        os::unix::fs::MetadataExt,
        path::{Path, PathBuf},
    };

    use rustls::pki_types::CertificateDer;

    use super::super::{
        Extent,
        roots::{MissingRoots, Roots, blocks, certificate, certificates},
    };
    use crate::{blocking, environment::Environment};

    const FILE: &str = "SSL_CERT_FILE";
    const DIRECTORIES: &str = "SSL_CERT_DIR";

    /// The paths of the trusted certificates: one file and some directories. `SSL_CERT_FILE` replaces only the file, and
    /// `SSL_CERT_DIR` replaces only the directories, as in Go's [crypto/x509](https://pkg.go.dev/crypto/x509#SystemCertPool).
    #[derive(Clone, Debug)]
    pub(crate) struct System {
        file: Option<PathBuf>,
        file_is_named: bool,
        directories: Vec<PathBuf>,
        directories_are_named: bool,
    }

    impl System {
        /// Finds the paths. Does not read the certificates.
        pub(crate) fn find(environment: &Environment) -> Self {
            let (file, directories) = (environment.path(FILE), environment.path(DIRECTORIES));
            Self {
                file_is_named: file.is_some(),
                file: file.or_else(|| openssl_probe::probe().cert_file),
                directories_are_named: directories.is_some(),
                directories: match directories {
                    Some(list) => env::split_paths(&list).filter(|path| !path.as_os_str().is_empty()).collect(),
                    None => openssl_probe::candidate_cert_dirs().map(Path::to_owned).collect(),
                },
            }
        }

        /// Returns the certificate paths that environment variables set, as text for an error. Example:
        /// ` (SSL_CERT_FILE names /etc/roots.pem)`. Returns an empty text if no variable is set.
        pub(crate) fn named_places(&self) -> String {
            let file = self.file.iter().filter(|_| self.file_is_named).map(|path| (FILE, path));
            let directories = self.directories.iter().filter(|_| self.directories_are_named);
            let places = file.chain(directories.map(|path| (DIRECTORIES, path)));
            let places: Vec<_> = places.map(|(name, path)| format!("{name} names {}", path.display())).collect();
            if places.is_empty() { String::new() } else { format!(" ({})", places.join(", ")) }
        }

        /// Reads the root certificates in the file and the directories. For [`Extent::First`], does not read the directories if
        /// the file contains certificates. Returns the certificates, and the extent to which they were read.
        ///
        /// # Errors
        /// Returns an error if the root certificates are missing.
        pub(crate) fn read(&self, extent: Extent) -> Result<(Roots, Extent), MissingRoots> {
            if extent == Extent::First
                && let Some(Ok(pem)) = self.file.as_ref().map(|path| blocking::bytes(path, blocking::MAX_FILE))
                && let Ok(roots) = Roots::parse(certificates(&pem), Vec::new())
            {
                return Ok((roots, Extent::First));
            }
            let (mut seen, mut problems) = (Seen::default(), Vec::new());
            if let Some(path) = &self.file {
                seen.files.extend(fs::metadata(path).ok().map(|metadata| identity(&metadata)));
                let problem = match blocking::bytes(path, blocking::MAX_FILE) {
                    Ok(pem) => (!seen.read(&pem)).then(|| "does not contain a certificate in PEM form".to_owned()),
                    Err(error) => Some(format!("cannot be read: {error}")),
                };
                let problem = problem.filter(|_| self.file_is_named);
                problems.extend(problem.map(|problem| named(FILE, path, &problem)));
            }
            for path in &self.directories {
                let problem = match seen.read_directory(path) {
                    Ok(true) => None,
                    Ok(false) => Some("does not contain certificates".to_owned()),
                    Err(error) => Some(format!("cannot be read: {error}")),
                };
                let problem = problem.filter(|_| self.directories_are_named);
                problems.extend(problem.map(|problem| named(DIRECTORIES, path, &problem)));
            }
            Ok((Roots::parse(seen.certificates, problems)?, Extent::All))
        }
    }

    fn named(variable: &str, path: &Path, problem: &str) -> String {
        format!("{variable} names {}, which {problem} (correct that variable, or unset it)", path.display())
    }

    /// The files, directories and certificates that have been read. Each of them is read only once, even if it has several paths.
    /// A directory or a file in a directory can be a link. A directory can also contain the certificates of [`System::file`]
    /// again.
    #[derive(Default)]
    struct Seen {
        /// The device number and the inode number of each file and directory that was read. All paths of a file have the same
        /// numbers.
        files: HashSet<(u64, u64)>,
        /// Each PEM block that was read, and whether the block is a certificate. The map is ordered, because comparing the first
        /// bytes of blocks is cheaper than hashing whole blocks.
        blocks: BTreeMap<Vec<u8>, bool>,
        certificates: Vec<CertificateDer<'static>>,
    }

    fn identity(metadata: &fs::Metadata) -> (u64, u64) {
        (metadata.dev(), metadata.ino())
    }

    impl Seen {
        /// Adds the certificates of a file. Returns whether the file has a certificate, even if the certificate was added before.
        fn read(&mut self, pem: &[u8]) -> bool {
            let mut holds_one = false;
            for block in blocks(pem) {
                let is_one = self.blocks.get(block).copied().unwrap_or_else(|| {
                    let certificate = certificate(block);
                    self.blocks.insert(block.to_owned(), certificate.is_some());
                    self.certificates.extend(certificate);
                    self.blocks[block]
                });
                holds_one |= is_one;
            }
            holds_one
        }

        /// Adds the certificates in the files of a directory. Returns whether the directory has a certificate. Also returns
        /// `true` if the directory, or a file in the directory, was already read under another path. For example, on Debian,
        /// `/usr/lib/ssl/certs` is a link to `/etc/ssl/certs`.
        fn read_directory(&mut self, path: &Path) -> io::Result<bool> {
            if !self.files.insert(identity(&fs::metadata(path)?)) {
                return Ok(true);
            }
            let mut holds_one = false;
            for entry in fs::read_dir(path)? {
                let path = entry?.path();
                holds_one |= match fs::metadata(&path) {
                    // Reading a pipe might never end.
                    Ok(metadata) if !metadata.is_file() => false,
                    Ok(metadata) if !self.files.insert(identity(&metadata)) => true,
                    Ok(_) => blocking::bytes(&path, blocking::MAX_FILE).is_ok_and(|pem| self.read(&pem)),
                    Err(_) => false,
                };
            }
            Ok(holds_one)
        }
    }

    #[cfg(test)]
    mod tests {
        use super::*;
        use crate::trust::{roots::fuzz::CERTIFICATE, verifier::tests::SMALL_CA};

        #[test]
        fn only_explicitly_configured_paths_are_reported() {
            let none = PathBuf::from("/nonexistent/none");
            let system = |is_named| System {
                file: Some(none.clone()),
                file_is_named: is_named,
                directories: vec![none.clone()],
                directories_are_named: is_named,
            };
            let problem = |is_named| system(is_named).read(Extent::First).expect_err("nothing there").to_string();
            assert!(problem(false).contains("ca-certificates"), "{}", problem(false));
            for name in [FILE, DIRECTORIES] {
                let words = format!("{name} names /nonexistent/none, which cannot be read");
                assert!(problem(true).contains(&words), "{}", problem(true));
            }
        }

        #[test]
        fn directories_are_read_if_the_file_is_insufficient() {
            let home = tempfile::tempdir().expect("a directory");
            let (file, directory) = (home.path().join("ca.pem"), home.path().join("certs"));
            fs::create_dir(&directory).expect("made");
            fs::write(directory.join("other.pem"), SMALL_CA).expect("written");
            let system = System {
                file: Some(file.clone()),
                file_is_named: true,
                directories: vec![directory],
                directories_are_named: true,
            };
            let damaged = CERTIFICATE.replace("MIIB", "MIIA");
            for (content, first, all) in
                [(CERTIFICATE, (1, Extent::First), 2), (&damaged, (1, Extent::All), 1), ("", (1, Extent::All), 1)]
            {
                fs::write(&file, content).expect("written");
                let read =
                    |extent| system.read(extent).map(|(roots, extent)| (roots.store.len(), extent)).expect("roots");
                assert_eq!((read(Extent::First), read(Extent::All)), (first, (all, Extent::All)), "{content}");
            }
        }

        #[test]
        fn a_certificate_at_several_paths_is_read_once() {
            let home = tempfile::tempdir().expect("a directory");
            let (directory, link, empty) =
                (home.path().join("certs"), home.path().join("link"), home.path().join("none"));
            fs::create_dir(&directory).expect("made");
            fs::create_dir(&empty).expect("made");
            std::os::unix::fs::symlink(&directory, &link).expect("a link");
            let file = directory.join("ca.pem");
            fs::write(&file, CERTIFICATE).expect("written");
            fs::write(directory.join("again.pem"), format!("Again:\n{CERTIFICATE}\n")).expect("written");
            std::os::unix::fs::symlink("ca.pem", directory.join("1234.0")).expect("a link");
            // No process writes to the pipe, so reading from the pipe would never end.
            nix::unistd::mkfifo(&directory.join("pipe"), nix::sys::stat::Mode::S_IRWXU).expect("a pipe");
            let mut seen = Seen::default();
            for (path, holds_one) in [(&directory, true), (&link, true), (&directory, true), (&empty, false)] {
                assert_eq!(seen.read_directory(path).expect("read"), holds_one, "{}", path.display());
            }
            assert_eq!(seen.certificates.len(), 1);
            let mut seen = Seen { files: [identity(&fs::metadata(&file).expect("there"))].into(), ..Seen::default() };
            fs::remove_file(directory.join("again.pem")).expect("removed");
            assert!(
                seen.read_directory(&directory).expect("read"),
                "a directory is usable if its file has already been read"
            );
            assert!(seen.certificates.is_empty());
        }

        #[test]
        fn each_variable_overrides_only_its_own_default() {
            let usual = System::find(&Environment::from_variables(&[]));
            let file = System::find(&Environment::from_variables(&[(FILE, "/x.pem")]));
            assert_eq!((file.file, file.directories), (Some("/x.pem".into()), usual.directories.clone()));
            let directories = System::find(&Environment::from_variables(&[(DIRECTORIES, "/a::/b")]));
            assert_eq!((directories.file, directories.directories), (usual.file, vec!["/a".into(), "/b".into()]));
        }
    }
}

/// Reads the trusted certificates on systems that have a certificate store.
#[cfg(not(all(unix, not(target_os = "macos"))))]
mod store {
    use super::super::{
        Extent,
        roots::{MissingRoots, Roots},
    };
    use crate::environment::Environment;

    /// The system's certificate store.
    #[derive(Clone, Debug)]
    pub(crate) struct System;

    impl System {
        pub(crate) fn find(_: &Environment) -> Self {
            Self
        }

        pub(crate) fn named_places(&self) -> String {
            String::new()
        }

        /// Returns the root certificates in the store.
        ///
        /// # Errors
        /// Returns an error if the root certificates are missing.
        pub(crate) fn read(&self, _: Extent) -> Result<(Roots, Extent), MissingRoots> {
            Ok((Roots::parse(rustls_native_certs::load_native_certs().certs, Vec::new())?, Extent::All))
        }
    }
}
