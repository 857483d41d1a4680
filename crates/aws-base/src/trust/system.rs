//! The certificates that this system trusts.

#[cfg(all(unix, not(target_os = "macos")))]
pub(crate) use files::System;
#[cfg(not(all(unix, not(target_os = "macos"))))]
pub(crate) use store::System;

/// Systems that keep them in files.
#[cfg(all(unix, not(target_os = "macos")))]
mod files {
    use std::{
        collections::HashSet,
        env, fs, io,
        os::unix::fs::MetadataExt,
        path::{Path, PathBuf},
    };

    use rustls::pki_types::CertificateDer;

    use super::super::roots::{NO_PEM, NoRoots, Roots, certificates};
    use crate::{blocking, environment::Environment};

    const FILE: &str = "SSL_CERT_FILE";
    const DIRECTORIES: &str = "SSL_CERT_DIR";

    /// One file and some directories. Each variable replaces its own part of them, as in Go's
    /// [crypto/x509](https://pkg.go.dev/crypto/x509#SystemCertPool).
    #[derive(Clone, Debug)]
    pub(crate) struct System {
        file: Option<PathBuf>,
        file_is_named: bool,
        directories: Vec<PathBuf>,
        directories_are_named: bool,
    }

    impl System {
        /// Looks for the places; reads none of them.
        pub(crate) fn find(env: &Environment) -> Self {
            let (file, directories) = (env.path(FILE), env.path(DIRECTORIES));
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

        /// The places that a variable names, as in ` (SSL_CERT_FILE names /etc/roots.pem)`; empty without any.
        pub(crate) fn named_places(&self) -> String {
            let file = self.file.iter().filter(|_| self.file_is_named).map(|path| (FILE, path));
            let directories = self.directories.iter().filter(|_| self.directories_are_named);
            let places = file.chain(directories.map(|path| (DIRECTORIES, path)));
            let places: Vec<_> = places.map(|(name, path)| format!("{name} names {}", path.display())).collect();
            if places.is_empty() { String::new() } else { format!(" ({})", places.join(", ")) }
        }

        /// The roots of the file and of the directories.
        ///
        /// # Errors
        /// The root certificates are missing.
        pub(crate) fn read(&self) -> Result<Roots, NoRoots> {
            let (mut found, mut problems, mut seen) = (Vec::new(), Vec::new(), Seen::new());
            if let Some(path) = &self.file {
                seen.extend(fs::metadata(path).ok().map(|metadata| identity(&metadata)));
                let problem = match blocking::bytes(path, blocking::MAX_FILE) {
                    Ok(pem) => {
                        found = certificates(&pem);
                        found.is_empty().then(|| NO_PEM.to_owned())
                    }
                    Err(error) => Some(format!("cannot be read: {error}")),
                };
                let problem = problem.filter(|_| self.file_is_named);
                problems.extend(problem.map(|problem| named(FILE, path, &problem)));
            }
            for path in &self.directories {
                let problem = match directory(path, &mut seen) {
                    // Under another name: on Debian, /usr/lib/ssl/certs leads to /etc/ssl/certs.
                    Ok(None) => None,
                    Ok(Some(more)) if more.is_empty() => Some("holds no certificates".to_owned()),
                    Ok(Some(more)) => {
                        found.extend(more);
                        None
                    }
                    Err(error) => Some(format!("cannot be read: {error}")),
                };
                let problem = problem.filter(|_| self.directories_are_named);
                problems.extend(problem.map(|problem| named(DIRECTORIES, path, &problem)));
            }
            found.sort_unstable_by(|one, other| one.as_ref().cmp(other.as_ref()));
            found.dedup();
            Roots::parse(found, problems)
        }
    }

    fn named(variable: &str, path: &Path, problem: &str) -> String {
        format!("{variable} names {}, which {problem} (correct that variable, or unset it)", path.display())
    }

    /// The files and directories that were read, whatever their names.
    type Seen = HashSet<(u64, u64)>;

    fn identity(metadata: &fs::Metadata) -> (u64, u64) {
        (metadata.dev(), metadata.ino())
    }

    /// The certificates in the new files of a directory; `None` if all of them were read before. `openssl rehash` has links to each
    /// file.
    fn directory(path: &Path, seen: &mut Seen) -> io::Result<Option<Vec<CertificateDer<'static>>>> {
        if !seen.insert(identity(&fs::metadata(path)?)) {
            return Ok(None);
        }
        let (mut found, mut was_read) = (Vec::new(), false);
        for entry in fs::read_dir(path)? {
            let path = entry?.path();
            match fs::metadata(&path) {
                // A pipe would be read for ever.
                Ok(metadata) if !metadata.is_file() => {}
                Ok(metadata) if !seen.insert(identity(&metadata)) => was_read = true,
                Ok(_) => {
                    found.extend(blocking::bytes(&path, blocking::MAX_FILE).iter().flat_map(|pem| certificates(pem)))
                }
                Err(_) => {}
            }
        }
        Ok((!found.is_empty() || !was_read).then_some(found))
    }

    #[cfg(test)]
    mod tests {
        use super::*;
        use crate::trust::roots::fuzz::CERTIFICATE;

        #[test]
        fn only_places_that_somebody_named_are_blamed() {
            let none = PathBuf::from("/nonexistent/none");
            let system = |is_named| System {
                file: Some(none.clone()),
                file_is_named: is_named,
                directories: vec![none.clone()],
                directories_are_named: is_named,
            };
            let problem = |is_named| system(is_named).read().expect_err("nothing there").to_string();
            assert!(problem(false).contains("ca-certificates"), "{}", problem(false));
            for name in [FILE, DIRECTORIES] {
                let words = format!("{name} names /nonexistent/none, which cannot be read");
                assert!(problem(true).contains(&words), "{}", problem(true));
            }
        }

        #[test]
        fn a_directory_is_read_once_whatever_its_names() {
            let home = tempfile::tempdir().expect("a directory");
            let (directory, link) = (home.path().join("certs"), home.path().join("link"));
            fs::create_dir(&directory).expect("made");
            std::os::unix::fs::symlink(&directory, &link).expect("a link");
            let file = directory.join("ca.pem");
            fs::write(&file, CERTIFICATE).expect("written");
            std::os::unix::fs::symlink("ca.pem", directory.join("1234.0")).expect("a link");
            let read = |directories: Vec<PathBuf>, seen: &mut Seen| {
                directories
                    .iter()
                    .map(|path| super::directory(path, seen).expect("read").map(|found| found.len()))
                    .collect()
            };
            let mut seen = Seen::new();
            let found: Vec<_> = read(vec![directory.clone(), link, directory.clone()], &mut seen);
            assert_eq!(found, [Some(1), None, None]);
            let mut seen = Seen::from([identity(&fs::metadata(&file).expect("there"))]);
            let found: Vec<_> = read(vec![directory], &mut seen);
            assert_eq!(found, [None], "the file was read, and the directory is not to blame");
            let empty: Vec<_> = read(vec![home.path().to_owned()], &mut seen);
            assert_eq!(empty, [Some(0)], "no file in it");
        }

        #[test]
        fn a_variable_replaces_its_own_part_of_the_places() {
            let usual = System::find(&Environment::from_variables(&[]));
            let file = System::find(&Environment::from_variables(&[(FILE, "/x.pem")]));
            assert_eq!((file.file, file.directories), (Some("/x.pem".into()), usual.directories.clone()));
            let directories = System::find(&Environment::from_variables(&[(DIRECTORIES, "/a::/b")]));
            assert_eq!((directories.file, directories.directories), (usual.file, vec!["/a".into(), "/b".into()]));
        }
    }
}

/// Systems that have a store for them.
#[cfg(not(all(unix, not(target_os = "macos"))))]
mod store {
    use super::super::roots::{NoRoots, Roots};
    use crate::environment::Environment;

    /// The store of the system.
    #[derive(Clone, Debug)]
    pub(crate) struct System;

    impl System {
        pub(crate) fn find(_: &Environment) -> Self {
            Self
        }

        pub(crate) fn named_places(&self) -> String {
            String::new()
        }

        /// The roots of the store.
        ///
        /// # Errors
        /// The root certificates are missing.
        pub(crate) fn read(&self) -> Result<Roots, NoRoots> {
            Roots::parse(rustls_native_certs::load_native_certs().certs, Vec::new())
        }
    }
}
