//! The certificates that this system trusts.

#[cfg(all(unix, not(target_os = "macos")))]
pub(crate) use files::System;
#[cfg(not(all(unix, not(target_os = "macos"))))]
pub(crate) use store::System;

/// Systems that keep them in files.
#[cfg(all(unix, not(target_os = "macos")))]
mod files {
    use std::{
        env, fs, io,
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

        /// The roots of the file: half a millisecond. `None` if it has none: then the directories are read as well, which have a
        /// file for each authority, and take three milliseconds.
        pub(crate) fn read_file(&self) -> Option<Roots> {
            let pem = blocking::bytes(self.file.as_ref()?, blocking::MAX_FILE).ok()?;
            Roots::parse(certificates(&pem), Vec::new()).ok()
        }

        /// The roots of the file and of the directories.
        ///
        /// # Errors
        /// The root certificates are missing.
        pub(crate) fn read_all(&self) -> Result<Roots, NoRoots> {
            let (mut found, mut problems) = (Vec::new(), Vec::new());
            if let Some(path) = &self.file {
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
                let problem = match directory(path) {
                    Ok(more) if more.is_empty() => Some("holds no certificates".to_owned()),
                    Ok(more) => {
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

    /// The certificates of all files in a directory. `openssl rehash` has links to each: they are passed over.
    fn directory(path: &Path) -> io::Result<Vec<CertificateDer<'static>>> {
        let mut found = Vec::new();
        for entry in fs::read_dir(path)? {
            let path = entry?.path();
            let is_beside = fs::read_link(&path).is_ok_and(|target| target.components().count() == 1);
            // A pipe would be read for ever.
            let is_file = !is_beside && fs::metadata(&path).is_ok_and(|metadata| metadata.is_file());
            if is_file && let Ok(pem) = blocking::bytes(&path, blocking::MAX_FILE) {
                found.extend(certificates(&pem));
            }
        }
        Ok(found)
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn only_places_that_somebody_named_are_blamed() {
            let none = PathBuf::from("/nonexistent/none");
            let system = |is_named| System {
                file: Some(none.clone()),
                file_is_named: is_named,
                directories: vec![none.clone()],
                directories_are_named: is_named,
            };
            let problem = |is_named| system(is_named).read_all().expect_err("nothing there").to_string();
            assert!(problem(false).contains("ca-certificates"), "{}", problem(false));
            for name in [FILE, DIRECTORIES] {
                let words = format!("{name} names /nonexistent/none, which cannot be read");
                assert!(problem(true).contains(&words), "{}", problem(true));
            }
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

        /// A store has no part that is read first.
        pub(crate) fn read_file(&self) -> Option<Roots> {
            None
        }

        /// The roots of the store.
        ///
        /// # Errors
        /// The root certificates are missing.
        pub(crate) fn read_all(&self) -> Result<Roots, NoRoots> {
            Roots::parse(rustls_native_certs::load_native_certs().certs, Vec::new())
        }
    }
}
