//! Counts what each contestant allocates. It is started by the comparison, and prints a line for each, in that order.

use memo_benches::contestants;
use memo_benches::workloads::{Heap, measure_memory};

#[global_allocator]
static ALLOCATOR: dhat::Alloc = dhat::Alloc;

fn main() {
    let _profiler = dhat::Profiler::builder().testing().build();
    let heap = || {
        let stats = dhat::HeapStats::get();
        Heap {
            blocks: stats.total_blocks,
            bytes: stats.curr_bytes as u64,
        }
    };
    for contestant in contestants::all() {
        println!("{}", measure_memory(&contestant, heap));
    }
}
