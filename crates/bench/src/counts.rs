//! Measures values that do not depend on other work on the machine: calls, processes, memory and sizes.

use std::{
    fs::File,
    io::{self, Cursor},
};

use zip::{ZipWriter, write::SimpleFileOptions};

use crate::{
    command::{APPLY, BY_ROLE, PLAN},
    report::{Report, Unit},
    stage::{Stage, size},
    statistics::Summary,
    subject::{Provider, Subject, Tokens},
};

pub(crate) fn measure(stage: &Stage, subjects: &[Subject], report: &mut Report) {
    for subject in subjects {
        let Some(provider) = &subject.provider else { continue };
        let mut add =
            |what: &str, unit, value: f64| report.add(what, unit, subject.name, Some(Summary::exactly(value)));
        for count in [1, 10, 100] {
            let project = stage.project(subject, Tokens::Blocks(count));
            let before = stage.sandbox.call_count();
            project.run(PLAN);
            let calls = stage.sandbox.call_count() - before;
            add(
                &format!("calls to AWS of a plan with {count} token{}", if count == 1 { "" } else { "s" }),
                Unit::Count,
                calls as f64,
            );
        }
        for count in [1, 4, 8, 20] {
            let tokens = Tokens::Aliases(count);
            let peaks = peaks(stage, subject, tokens);
            if count == 1 {
                add("processes of an apply", Unit::Count, peaks.len() as f64);
                add("memory of a process, at its peak", Unit::Bytes, peaks.first().copied().unwrap_or_default());
            } else {
                let serving = peaks.iter().take(subject.provider_blocks(tokens));
                add(&format!("memory of {count} aliases, at their peaks"), Unit::Bytes, serving.sum());
            }
        }
        for (words, tokens) in BY_ROLE.into_iter().filter(|(_, tokens)| subject.can_run(*tokens)) {
            let before = stage.sandbox.call_count();
            let peaks = peaks(stage, subject, tokens);
            let calls = stage.sandbox.call_count() - before;
            let serving = peaks.iter().take(subject.provider_blocks(tokens));
            add(&format!("calls to AWS of an apply with {words}"), Unit::Count, calls as f64);
            add(&format!("processes of an apply with {words}"), Unit::Count, peaks.len() as f64);
            add(&format!("memory of {words}, at their peaks"), Unit::Bytes, serving.sum());
        }
        add("size of the binary", Unit::Bytes, size(&provider.path));
        add("size of the binary, zipped", Unit::Bytes, zipped_size(provider) as f64);
    }
}

/// Returns the peak memory of each process of an apply, in bytes, highest first. The first entries are for the processes of the
/// provider blocks. These processes run at the same time.
fn peaks(stage: &Stage, subject: &Subject, tokens: Tokens) -> Vec<f64> {
    let project = stage.watched_project(subject, tokens);
    project.run(APPLY);
    let mut peaks = project.peaks();
    peaks.sort_by(|one, other| other.total_cmp(one));
    peaks
}

/// Returns the size of the provider in a zip archive, as in a release, in bytes.
fn zipped_size(provider: &Provider) -> usize {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().large_file(true);
    let zip = archive.start_file("provider", options).map_err(io::Error::other);
    let copied = zip.and_then(|()| io::copy(&mut File::open(&provider.path)?, &mut archive));
    copied.expect("a file can be zipped");
    archive.finish().expect("a file can be zipped").into_inner().len()
}
