//! The page, the relay and the local model on this machine.

use crate::{Result, model, process, setup, site, tools};
use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, ExitStatus};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

/// The port without `--port`.
pub const DEFAULT_PORT: u16 = 8080;

/// How often a running program is looked at.
const TICK: Duration = Duration::from_millis(100);
/// How long the program may take to answer at first, and to end when asked.
const PATIENCE: Duration = Duration::from_secs(10);

/// Serves until Ctrl-C.
pub fn serve(port: u16, open: bool) -> Result<()> {
    // Said before anything is built, not after.
    if let Err(error) = TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
        let reason = if error.kind() == ErrorKind::AddrInUse {
            "is taken by another program".to_owned()
        } else {
            format!("cannot be used: {error}")
        };
        let other = port.checked_add(1).unwrap_or(DEFAULT_PORT);
        return Err(format!(
            "port {port} {reason}; choose another one, for example `cargo xtask serve --port {other}`"
        ));
    }
    setup::for_serve()?;
    site::build(None, true)?;
    let program = site::native("release")?;
    let model = model::ensure()?.start()?;

    let (send, stop) = std::sync::mpsc::channel();
    ctrlc::set_handler(move || {
        // A second signal finds nobody listening, and nothing is left to tell.
        let _ = send.send(());
    })
    .map_err(|error| format!("Ctrl-C cannot be handled: {error}"))?;
    let mut program = Program::start(
        process::command(program)
            .args(["serve", "--site", "dist"])
            .args(["--listen", &format!("127.0.0.1:{port}")])
            .args(["--upstream", &model.url, "--model", tools::WEIGHTS.id]),
    )?;
    if !program.is_ready(port, &stop)? {
        return Ok(());
    }
    let address = format!("http://127.0.0.1:{port}/");
    let weights = &tools::WEIGHTS;
    println!(
        "\nAgent Playground is ready at {address}\n\n\
         \x20 page    the release build in dist/\n\
         \x20 relay   {address}relay/, for this page only\n\
         \x20 model   {}, no key needed\n\
         \x20 in tab  the same model, {} MB, loaded when chosen\n\n\
         Ctrl-C stops all of it.",
        weights.title,
        weights.bytes / 1_000_000
    );
    if open {
        show(&address);
    }
    match program.wait(&stop)? {
        None => Ok(()),
        Some(status) => Err(format!("the native program ended with {status}; what it said stands above")),
    }
}

/// The running native program; ends when it is dropped.
struct Program(Child);

impl Program {
    fn start(command: &mut Command) -> Result<Self> {
        command
            .spawn()
            .map(Self)
            .map_err(|error| format!("`{}` does not start: {error}", process::line(command)))
    }

    /// Waits until it serves the page. False when Ctrl-C came first.
    fn is_ready(&mut self, port: u16, stop: &Receiver<()>) -> Result<bool> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if serves_page(port) {
                return Ok(true);
            }
            if let Some(status) = self.ended()? {
                return Err(format!(
                    "the native program ended with {status} before it served the page; what it \
                     said stands above"
                ));
            }
            if Instant::now() > deadline {
                return Err(format!(
                    "the native program does not answer on port {port} after {} seconds",
                    PATIENCE.as_secs()
                ));
            }
            if stop.recv_timeout(TICK) != Err(RecvTimeoutError::Timeout) {
                return Ok(false);
            }
        }
    }

    /// Waits for its end, which is nothing special after Ctrl-C.
    fn wait(&mut self, stop: &Receiver<()>) -> Result<Option<ExitStatus>> {
        loop {
            if stop.recv_timeout(TICK) != Err(RecvTimeoutError::Timeout) {
                return Ok(None);
            }
            if let Some(status) = self.ended()? {
                // One Ctrl-C reaches both, in either order.
                return Ok(match stop.recv_timeout(TICK) {
                    Ok(()) => None,
                    Err(_) => Some(status),
                });
            }
        }
    }

    fn ended(&mut self) -> Result<Option<ExitStatus>> {
        self.0.try_wait().map_err(|error| format!("the native program cannot be watched: {error}"))
    }
}

impl Drop for Program {
    /// Asks it to end, and ends it if it does not.
    fn drop(&mut self) {
        if cfg!(unix) {
            let pid = self.0.id().to_string();
            process::output(process::command("kill").args(["-s", "TERM", &pid]));
            let deadline = Instant::now() + PATIENCE;
            while matches!(self.ended(), Ok(None)) && Instant::now() < deadline {
                std::thread::sleep(TICK);
            }
        }
        // Both fail only when it has ended.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn serves_page(port: u16) -> bool {
    let answer = || -> std::io::Result<Vec<u8>> {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let mut stream = TcpStream::connect_timeout(&address, PATIENCE)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        write!(stream, "GET / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n")?;
        let mut start = vec![0; b"HTTP/1.1 200".len()];
        stream.read_exact(&mut start)?;
        Ok(start)
    };
    answer().is_ok_and(|start| start == b"HTTP/1.1 200")
}

/// Opens `address` in the person's browser; the address is on the terminal anyway.
fn show(address: &str) {
    let mut command = if cfg!(windows) {
        let mut command = process::command("cmd");
        command.args(["/c", "start", ""]);
        command
    } else if cfg!(target_os = "macos") {
        process::command("open")
    } else {
        process::command("xdg-open")
    };
    if process::run(command.arg(address)).is_err() {
        eprintln!("No browser could be opened; open the address above in yours.");
    }
}
