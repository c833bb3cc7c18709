//! `juncture man` and `juncture completions`: what clap knows of the command line, for others.

use anyhow::Context as _;
use clap::Command;
use clap_complete::Shell;
use clap_mangen::Man;

/// The manual page of `program`, or of its command of that name, as `man` reads it (roff).
pub(crate) fn page(mut program: Command, command: Option<&str>) -> anyhow::Result<String> {
    program = program.disable_help_subcommand(true);
    // Gives each command its whole name, `juncture-serve`.
    program.build();
    let described = match command {
        None => program,
        Some(name) => {
            let found = program.find_subcommand(name);
            found
                .with_context(|| format!("there is no command `{name}`"))?
                .clone()
        }
    };
    let mut page = Vec::new();
    Man::new(described).render(&mut page)?;
    Ok(String::from_utf8(page)?)
}

/// Completions of `program` for this shell.
pub(crate) fn completions(mut program: Command, shell: Shell) -> anyhow::Result<String> {
    let name = program.get_name().to_owned();
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut program, name, &mut script);
    Ok(String::from_utf8(script)?)
}
