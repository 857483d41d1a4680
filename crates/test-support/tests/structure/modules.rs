//! The modules of a program or library, and the imports between these modules.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

/// The path of a module from the root of the crate. The path of the root is empty.
type Module = Vec<String>;

/// The modules of a crate that have a file, and the imports between these modules in production code. Every path that begins
/// with `crate`, `self` or `super` is an import, in `use` declarations and elsewhere. A path to a module's own submodule,
/// without such a prefix, does not count as an import.
#[derive(Debug, Default)]
pub(crate) struct Modules {
    files: BTreeMap<Module, TokenStream>,
    /// The absolute paths that each module contains, as pairs of the module and the path.
    paths: Vec<(Module, Module)>,
    /// The absolute paths of the names that a module imports. Other modules may import these names from the module.
    names: BTreeMap<Module, Module>,
    imports: BTreeSet<(Module, Module)>,
}

impl Modules {
    /// Reads the modules of the crate with this root file.
    pub(crate) fn read(root: &Path) -> Self {
        let mut modules = Self::default();
        modules.add(root, root.parent().expect("a directory"), Module::new());
        for (module, tokens) in modules.files.clone() {
            modules.scan(&module, &module, tokens);
        }
        let imports = modules.paths.iter().map(|(from, path)| (from.clone(), modules.module_of(path, 0)));
        modules.imports = imports.filter(|(from, to)| from != to).collect();
        modules
    }

    /// Adds a file, and the files of the modules that it declares.
    fn add(&mut self, file: &Path, children: &Path, module: Module) {
        let text = fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let tokens: TokenStream = text.parse().unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let production = production(tokens);
        for window in production.windows(3) {
            let [TokenTree::Ident(keyword), TokenTree::Ident(name), TokenTree::Punct(end)] = window else { continue };
            if keyword == "mod" && end.as_char() == ';' {
                let name = name.to_string();
                let file = children.join(&name).with_extension("rs");
                // For generated code, this file does not exist: the module names its file with `#[path]`.
                if file.exists() {
                    self.add(&file, &children.join(&name), [&module[..], &[name]].concat());
                }
            }
        }
        self.files.insert(module, production.into_iter().collect());
    }

    /// Adds the paths in the tokens of a module's file. `scope` is the innermost module of the tokens: the module itself, or a
    /// nested module without its own file.
    fn scan(&mut self, module: &Module, scope: &Module, tokens: TokenStream) {
        let tokens = production(tokens);
        for (at, token) in tokens.iter().enumerate() {
            match token {
                TokenTree::Group(group) => {
                    let inner = match (at.checked_sub(2).map(|at| &tokens[at..]), group.delimiter()) {
                        (Some([TokenTree::Ident(keyword), TokenTree::Ident(name), ..]), Delimiter::Brace)
                            if keyword == "mod" =>
                        {
                            [&scope[..], &[name.to_string()]].concat()
                        }
                        _ => scope.clone(),
                    };
                    self.scan(module, &inner, group.stream());
                }
                TokenTree::Ident(first) if is_path(&tokens[at + 1..]) && (at == 0 || !is_colon(&tokens[at - 1])) => {
                    let base = match first.to_string().as_str() {
                        "crate" => Module::new(),
                        "self" => scope.clone(),
                        "super" => scope[..scope.len().saturating_sub(1)].to_vec(),
                        _ => continue,
                    };
                    let is_use = at > 0 && matches!(&tokens[at - 1], TokenTree::Ident(keyword) if keyword == "use");
                    self.follow(module, base, &tokens[at + 3..], is_use);
                }
                _ => {}
            }
        }
    }

    /// Adds all paths that begin with `path` and continue with `tokens`, which are the tokens after a `::`.
    fn follow(&mut self, from: &Module, mut path: Module, tokens: &[TokenTree], is_use: bool) {
        match tokens {
            [TokenTree::Ident(name), rest @ ..] => {
                match name.to_string().as_str() {
                    "super" => _ = path.pop(),
                    "self" => {}
                    name => path.push(name.to_owned()),
                }
                if is_path(rest) {
                    return self.follow(from, path, &rest[2..], is_use);
                }
                let name = match rest {
                    [TokenTree::Ident(keyword), TokenTree::Ident(other), ..] if keyword == "as" => other,
                    _ => name,
                };
                if is_use {
                    self.names.insert([&from[..], &[name.to_string()]].concat(), path.clone());
                }
            }
            [TokenTree::Group(group), ..] => {
                let names: Vec<_> = group.stream().into_iter().collect();
                let is_comma = |token: &TokenTree| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ',');
                return names.split(is_comma).for_each(|name| self.follow(from, path.clone(), name, is_use));
            }
            // The tokens are empty after the last comma of a list.
            [] => return,
            _ => {}
        }
        self.paths.push((from.clone(), path));
    }

    /// Returns the module that a path names. For a name that the path's module only re-exports, returns the module that defines
    /// the name.
    fn module_of(&self, path: &[String], depth: usize) -> Module {
        let length = (0..=path.len()).rev().find(|length| self.files.contains_key(&path[..*length])).unwrap_or(0);
        let name = path.get(..=length).and_then(|name| self.names.get(name)).filter(|_| depth < 8);
        name.map_or_else(|| path[..length].to_vec(), |path| self.module_of(path, depth + 1))
    }

    pub(crate) fn files(&self) -> impl Iterator<Item = &Module> {
        self.files.keys()
    }

    pub(crate) fn imports(&self) -> usize {
        self.imports.len()
    }

    /// Returns the number of imports between modules of the same cycle.
    pub(crate) fn back_edges(&self) -> usize {
        let rings = cycles(&self.imports);
        self.imports
            .iter()
            .filter(|(from, to)| rings.iter().any(|ring| ring.contains(from) && ring.contains(to)))
            .count()
    }

    /// Returns the largest cycle: a set of modules in which each module imports all others, directly or indirectly.
    pub(crate) fn largest_cycle(&self) -> BTreeSet<&Module> {
        cycles(&self.imports).into_iter().max_by_key(BTreeSet::len).unwrap_or_default()
    }

    /// Describes the largest cycle: its modules, and the import whose removal would make the cycle smallest.
    pub(crate) fn describe_cycle(&self) -> String {
        let ring = self.largest_cycle();
        let inside = self.imports.iter().filter(|(from, to)| ring.contains(from) && ring.contains(to));
        let inside: BTreeSet<_> = inside.cloned().collect();
        let closing = inside.iter().min_by_key(|import| {
            let others: BTreeSet<_> = inside.iter().filter(|other| other != import).cloned().collect();
            cycles(&others).iter().map(BTreeSet::len).max()
        });
        let name = |module: &Module| if module.is_empty() { "the root".to_owned() } else { module.join("::") };
        let names: Vec<_> = ring.iter().map(|module| name(module)).collect();
        let closing = closing.map(|(from, to)| format!("{} imports {}", name(from), name(to)));
        format!("a ring of {}: {}. {} closes it", ring.len(), names.join(", "), closing.unwrap_or_default())
    }
}

/// Returns all cycles: sets of two or more modules in which each module imports all others, directly or indirectly.
fn cycles(imports: &BTreeSet<(Module, Module)>) -> Vec<BTreeSet<&Module>> {
    let mut targets = BTreeMap::<_, Vec<_>>::new();
    for (from, to) in imports {
        targets.entry(from).or_default().push(to);
    }
    let reached = |start| {
        let (mut reached, mut waiting) = (BTreeSet::new(), vec![start]);
        while let Some(module) = waiting.pop() {
            waiting.extend(targets.get(module).into_iter().flatten().filter(|next| reached.insert(**next)));
        }
        reached
    };
    let reached: BTreeMap<_, _> = targets.keys().map(|module| (*module, reached(*module))).collect();
    let ring = |module| {
        let back = |other: &&Module| reached.get(*other).is_some_and(|others| others.contains(module));
        reached[module].iter().copied().filter(back).collect::<BTreeSet<_>>()
    };
    let rings: BTreeSet<_> = reached.keys().map(|module| ring(*module)).filter(|ring| ring.len() > 1).collect();
    rings.into_iter().collect()
}

/// Returns the tokens without items that are only for tests, and without attributes.
fn production(tokens: TokenStream) -> Vec<TokenTree> {
    let (mut kept, mut tokens) = (Vec::new(), tokens.into_iter().peekable());
    while let Some(token) = tokens.next() {
        match (&token, tokens.peek()) {
            (TokenTree::Punct(hash), Some(TokenTree::Group(attribute))) if hash.as_char() == '#' => {
                let is_for_tests = is_for_tests(attribute);
                tokens.next();
                if is_for_tests {
                    // The item ends with a body or a semicolon, whichever comes first.
                    _ = tokens.find(|token| match token {
                        TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
                        TokenTree::Punct(punct) => punct.as_char() == ';',
                        _ => false,
                    });
                }
            }
            _ => kept.push(token),
        }
    }
    kept
}

/// Whether an attribute is a `#[cfg(…)]` that contains `test` and does not contain `not`.
fn is_for_tests(attribute: &Group) -> bool {
    let tokens: Vec<_> = attribute.stream().into_iter().collect();
    let [TokenTree::Ident(name), TokenTree::Group(condition)] = &tokens[..] else { return false };
    let condition = condition.to_string();
    let words: Vec<_> = condition.split(|letter: char| !letter.is_alphanumeric()).collect();
    name == "cfg" && words.contains(&"test") && !words.contains(&"not")
}

fn is_path(tokens: &[TokenTree]) -> bool {
    matches!(tokens, [one, other, ..] if is_colon(one) && is_colon(other))
}

fn is_colon(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == ':')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads modules from files with these texts. The first file is the root.
    fn read(files: &[(&str, &str)]) -> Modules {
        let tree = tempfile::tempdir().expect("a directory");
        for (name, text) in files {
            let path = tree.path().join(name);
            fs::create_dir_all(path.parent().expect("a directory")).expect("directories");
            fs::write(path, text).expect("a file");
        }
        Modules::read(&tree.path().join(files[0].0))
    }

    #[test]
    fn finds_a_cycle_and_the_import_that_closes_it() {
        let modules = read(&[
            ("lib.rs", "mod a; mod b; mod c; mod d;\npub use crate::c::Thing;"),
            ("a.rs", "use std::fmt;\nuse crate::{b::{One, Other}, c};"),
            ("b.rs", "fn f() { crate::c::g::<crate::c::H>(\"crate::d\") } // crate::d"),
            ("c.rs", "use super::d::Deep as Shallow;"),
            ("d.rs", "mod e;\nfn f() -> Option<&'static str> { vec![crate::a::g('\"')] }"),
            ("d/e.rs", "use super::super::Thing;\nmod inline { use super::super::f; }"),
        ]);
        assert_eq!((modules.files().count(), modules.imports(), modules.back_edges()), (6, 8, 5));
        assert_eq!(modules.describe_cycle(), "a ring of 4: a, b, c, d. c imports d closes it");
    }

    #[test]
    fn ignores_imports_of_tests() {
        let modules = read(&[
            ("main.rs", "mod a; mod b;"),
            ("a.rs", "use crate::b;\n#[cfg(all(test, unix))]\nmod tests { use crate::a; }"),
            (
                "b.rs",
                "#[cfg(test)]\nuse crate::a::{One, Other};\n/// [`crate::a`]\n#[cfg(test)]\npub(crate) fn f() -> crate::a::One {}\n#[cfg(test)]\nmod a;",
            ),
        ]);
        assert_eq!((modules.imports(), modules.back_edges(), modules.largest_cycle().len()), (1, 0, 0));
        let modules = read(&[
            ("main.rs", "mod a; mod b;"),
            ("a.rs", "use crate::b;"),
            ("b.rs", "#[cfg(not(test))]\nuse crate::a;"),
        ]);
        assert_eq!((modules.imports(), modules.back_edges(), modules.largest_cycle().len()), (2, 2, 2));
    }
}
