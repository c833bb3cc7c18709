//! Who may read the files: their owner alone, whatever the umask; and no key file that others may use.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::path::Path;
use std::process::Command;

use crate::rotation::deployment::Deployment;
use crate::support::database::TestDatabase;
use crate::support::environment_of_process;
use crate::support::process::Process;

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

/// `juncture serve` under this umask, on `folder/data`.
fn serve_under(umask: &str, folder: &Path) -> Process {
    let mut command = Command::new("sh");
    command
        .args(["-c", &format!("umask {umask}; exec \"$0\" serve")])
        .arg(env!("CARGO_BIN_EXE_juncture"))
        .current_dir(folder)
        .env_clear()
        .envs(environment_of_process(folder, "http://127.0.0.1:9", 0));
    Process::start(command, |line| line.contains("serving").then_some(())).0
}

#[test]
fn all_files_are_for_their_owner_alone_whatever_the_umask() {
    for umask in ["000", "022", "077"] {
        let folder = tempfile::tempdir().unwrap();
        let server = serve_under(umask, folder.path());
        let data = folder.path().join("data");
        assert_eq!(mode(&data), 0o700, "umask {umask}");
        let names = [
            "juncture.db",
            "juncture.db-wal",
            "juncture.db-shm",
            "juncture.key",
        ];
        for name in names {
            assert_eq!(mode(&data.join(name)), 0o600, "{name}, umask {umask}");
        }
        server.stop();
    }
}

#[test]
fn files_of_an_earlier_version_are_closed_to_others() {
    let folder = tempfile::tempdir().unwrap();
    serve_under("022", folder.path()).stop();
    let database = folder.path().join("data/juncture.db");
    fs::set_permissions(&database, Permissions::from_mode(0o644)).unwrap();
    let server = serve_under("022", folder.path());
    for end in ["", "-wal", "-shm"] {
        let path = format!("{}{end}", database.display());
        assert_eq!(mode(path.as_ref()), 0o600, "{path}");
    }
    server.stop();
}

#[tokio::test]
async fn a_key_file_that_others_may_use_is_refused_with_what_helps() {
    let deployment = Deployment::of(TestDatabase::sqlite()).await;
    deployment.serve(&[]).0.stop();
    let path = deployment.key_file();
    for loose in [0o640, 0o604, 0o620, 0o666] {
        fs::set_permissions(&path, Permissions::from_mode(loose)).unwrap();
        let complaint = deployment.refusal(&[]);
        let path = path.display();
        assert_eq!(
            complaint,
            format!(
                "juncture: others than its owner may use the key file {path} (its mode is {loose:04o}): who reads it can open every stored token; run `chmod 600 {path}`\n"
            )
        );
    }
    for good in [0o400, 0o600] {
        fs::set_permissions(&path, Permissions::from_mode(good)).unwrap();
        deployment.serve(&[]).0.stop();
    }
    // Only root can give a file away. Then it is refused, unless its new owner has the folder too.
    if chown(&path, Some(65534), None).is_ok() {
        let complaint = deployment.refusal(&[]);
        assert!(
            complaint.contains("belongs to another user (id 65534)"),
            "{complaint}"
        );
        assert!(complaint.contains("run `chown 0 "), "{complaint}");
        chown(path.parent().unwrap(), Some(65534), None).unwrap();
        deployment.serve(&[]).0.stop();
    }
}
