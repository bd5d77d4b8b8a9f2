//! The binary `ratusha`: everything is in the library, so that tests can reach it.

fn main() -> std::process::ExitCode {
    ratusha_node::cli::main()
}
