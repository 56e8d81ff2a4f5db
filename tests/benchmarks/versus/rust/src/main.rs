//! Signs with pdf_signer for versus.py: the paths of a source and of a target, with a tab between them,
//! per line in, one JSON answer per line out. Arguments: a PKCS#12 file and its password. One process for
//! all rounds.
use std::io::{stdin, BufRead};
use std::time::Instant;

use pdf_signer::{sign_pdf_bytes, SignOptions};

#[repr(C)]
struct Timespec {
    seconds: i64,
    nanoseconds: i64,
}

extern "C" {
    fn clock_gettime(clock: i32, at: *mut Timespec) -> i32;
}

const PROCESS_CPU_TIME: i32 = 2;

/// Milliseconds of processor time of this process (64-bit Linux).
fn cpu() -> f64 {
    let mut at = Timespec { seconds: 0, nanoseconds: 0 };
    unsafe { clock_gettime(PROCESS_CPU_TIME, &mut at) };
    at.seconds as f64 * 1e3 + at.nanoseconds as f64 / 1e6
}

fn sign(source: &str, target: &str, p12: &[u8], password: &str) -> Result<(), String> {
    let pdf = std::fs::read(source).map_err(|error| error.to_string())?;
    let options = SignOptions { name: Some("Bench".into()), ..SignOptions::default() };
    let signed = sign_pdf_bytes(&pdf, p12, password, &options).map_err(|error| error.to_string())?;
    std::fs::write(target, signed).map_err(|error| error.to_string())
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let p12 = std::fs::read(&arguments[1]).expect("the PKCS#12 file");
    for line in stdin().lock().lines() {
        let line = line.expect("a line");
        let (source, target) = line.split_once('\t').expect("source and target");
        let (wall, used) = (Instant::now(), cpu());
        match sign(source, target, &p12, &arguments[2]) {
            Ok(()) => {
                let used = cpu() - used;
                println!("{{\"ms\": {}, \"cpu\": {used}}}", wall.elapsed().as_secs_f64() * 1e3);
            }
            Err(error) => println!("{{\"error\": {error:?}}}"),
        }
    }
}
