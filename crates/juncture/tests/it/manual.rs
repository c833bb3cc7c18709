//! `juncture man` and `juncture completions`: what the command line says of itself.

use crate::support::process;

/// What the binary prints, when it ends well.
fn print(arguments: &[&str]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let output = process::run(folder.path(), arguments, &[]);
    let complaint = process::text(&output.stderr);
    assert_eq!((output.status.code(), complaint.as_str()), (Some(0), ""));
    process::text(&output.stdout)
}

/// The names of all commands but `help`, as `--help` lists them.
fn commands() -> Vec<String> {
    let help = print(&["--help"]);
    let listed = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    let listed = listed.take_while(|line| line.starts_with("  "));
    let names = listed.filter_map(|line| line.split_whitespace().next());
    let names = names.filter(|name| *name != "help");
    names.map(ToOwned::to_owned).collect()
}

#[test]
fn the_page_of_the_program_names_every_command_and_each_has_a_page() {
    let page = print(&["man"]);
    assert!(page.contains(".TH juncture 1"), "{page}");
    let commands = commands();
    assert!(commands.len() > 8, "{commands:?}");
    for command in commands {
        // roff has a way of its own to write a hyphen.
        let name = command.replace('-', "\\-");
        assert!(
            page.contains(&format!("juncture\\-{name}")),
            "{command}: {page}"
        );
        let own = print(&["man", &command]);
        assert!(own.contains(&format!("juncture\\-{name}")), "{own}");
        assert!(own.contains(".SH SYNOPSIS"), "{own}");
    }
}

#[test]
fn a_page_of_nothing_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let output = process::run(folder.path(), &["man", "serv"], &[]);
    let complaint = process::text(&output.stderr);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(complaint, "juncture: there is no command `serv`\n");
}

#[test]
fn completions_of_every_shell_know_every_command() {
    let commands = commands();
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = print(&["completions", shell]);
        for command in &commands {
            assert!(script.contains(command.as_str()), "{shell}: {command}");
        }
    }
}

#[test]
fn bash_reads_its_completions_and_completes() {
    let script = print(&["completions", "bash"]);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("juncture.bash");
    std::fs::write(&file, script).unwrap();
    let ask = "source \"$1\"; COMP_WORDS=(juncture heal); COMP_CWORD=1; \
        _juncture juncture heal juncture; echo \"${COMPREPLY[*]}\"";
    let mut bash = std::process::Command::new("bash");
    let output = process::output(bash.args(["-c", ask, "bash"]).arg(&file));
    assert_eq!(process::text(&output.stdout), "healthcheck\n");
}
