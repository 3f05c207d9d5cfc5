//! Return addresses of the current stack, cheaply enough to be taken at every allocation.
//!
//! No allocation through the global allocator, no lock, no symbols: addresses only. On x86-64 Linux with glibc the stack is
//! walked by its unwind tables (`.eh_frame`, the same tables a panic follows), and what the tables say of a return address is
//! remembered in one `u64` of a static array, so that a frame costs one look-up and one or two loads. Whatever this does not
//! understand (an old glibc, a coroutine's stack, a signal frame) and every other platform goes through `backtrace`: the same
//! frames, some thirty times slower.
#![expect(
    unsafe_code,
    reason = "reads registers, the stack and the loaded objects; each block is argued"
)]

#[cfg(test)]
mod tests;

/// Fills `frames` with return addresses, innermost (the caller of `capture`) first, and says how many there are.
#[inline(never)]
pub(super) fn capture<const N: usize>(frames: &mut [usize; N]) -> usize {
    imp::capture(frames)
}

/// Turns the fast walk on, and forgets what is remembered of return addresses: after a `dlclose` another object may have been
/// loaded there. To be called outside the allocator; until then, `capture` works through `backtrace`.
pub(super) fn init() {
    imp::init();
}

/// The frames as `backtrace` sees them, but for those at or below the stack address `above`.
#[cold]
#[inline(never)]
fn portable(frames: &mut [usize], above: usize) -> usize {
    let (mut n, len) = (0, frames.len());
    let each = |frame: &backtrace::Frame| {
        let ip = frame.ip() as usize;
        // The outermost frame's caller comes as address 0.
        if ip != 0 && (frame.sp() as usize > above || above == 0) {
            frames[n] = ip;
            n += 1;
        }
        n < len
    };
    if len > 0 {
        // SAFETY: `trace_unsynchronized` wants no *other* user of the platform's tracing state at the same time; that concerns
        // Windows' dbghelp only. `_Unwind_Backtrace` keeps its state on the stack and may run on any number of threads.
        #[cfg(not(windows))]
        unsafe {
            backtrace::trace_unsynchronized(each);
        }
        #[cfg(windows)]
        backtrace::trace(each);
    }
    n
}

#[cfg(not(all(
    target_os = "linux",
    target_arch = "x86_64",
    target_pointer_width = "64",
    target_env = "gnu",
    not(miri)
)))]
mod imp {
    pub(super) fn capture(frames: &mut [usize]) -> usize {
        super::portable(frames, 0)
    }
    pub(super) fn init() {}
}

#[cfg(all(
    target_os = "linux",
    target_arch = "x86_64",
    target_pointer_width = "64",
    target_env = "gnu",
    not(miri)
))]
mod imp {
    mod row;
    mod rule;

    use self::rule::Rule;
    use super::portable;
    use std::arch::asm;
    use std::cell::Cell;
    use std::ffi::{c_int, c_void};
    use std::mem::{MaybeUninit, transmute};
    use std::sync::atomic::{AtomicPtr, Ordering::Relaxed};

    /// `_dl_find_object`, once `init` has found it.
    static FIND_OBJECT: AtomicPtr<c_void> = AtomicPtr::new(std::ptr::null_mut());

    pub(super) fn init() {
        rule::forget();
        // SAFETY: a C string and a constant.
        let find = unsafe { libc::dlsym(libc::RTLD_DEFAULT, c"_dl_find_object".as_ptr()) };
        FIND_OBJECT.store(find, Relaxed);
        // The main thread's takes longest: /proc/self/maps is read for it.
        stack_of_thread();
    }

    thread_local! {
        /// The thread's stack, from and to. No destructor, so neither is it registered anywhere nor is it ever gone; (0, 0):
        /// not asked yet; empty otherwise: not known.
        static STACK: Cell<(usize, usize)> = const { Cell::new((0, 0)) };
    }

    #[inline]
    fn stack_of_thread() -> (usize, usize) {
        match STACK.get() {
            (0, 0) => ask_stack_of_thread(),
            stack => stack,
        }
    }

    #[cold]
    #[inline(never)]
    fn ask_stack_of_thread() -> (usize, usize) {
        STACK.set((1, 1)); // for an allocation within
        let mut attr = MaybeUninit::<libc::pthread_attr_t>::uninit();
        let (mut start, mut len) = (std::ptr::null_mut(), 0);
        // SAFETY: `attr` is initialized by `pthread_getattr_np` where that returns 0, read and destroyed only then; the
        // out-pointers are to locals.
        let found = unsafe {
            libc::pthread_getattr_np(libc::pthread_self(), attr.as_mut_ptr()) == 0 && {
                let got = libc::pthread_attr_getstack(attr.as_ptr(), &raw mut start, &raw mut len);
                libc::pthread_attr_destroy(attr.as_mut_ptr());
                got == 0
            }
        };
        if found {
            STACK.set((start as usize, start as usize + len));
        }
        STACK.get()
    }

    /// The word at an address of the thread's own stack, as the machine has it: not through a Rust reference, as it belongs to
    /// another function's frame.
    ///
    /// # Safety
    ///
    /// `at` is a multiple of 8, not below the current stack pointer, and the word ends within the current thread's stack.
    #[inline]
    unsafe fn word(at: usize) -> usize {
        let word;
        // SAFETY: between the stack pointer and the stack's end all is mapped and readable (by the contract). An assembly load
        // reads memory that the compiler may consider uninitialized or borrowed without being a Rust access to it; nothing is
        // written.
        unsafe {
            asm!("mov {}, [{}]", out(reg) word, in(reg) at,
                options(readonly, nostack, preserves_flags));
        }
        word
    }

    #[expect(clippy::inline_always, reason = "the registers read are the caller's")]
    #[inline(always)]
    pub(super) fn capture(frames: &mut [usize]) -> usize {
        let (mut pc, mut sp, mut rbp): (usize, usize, usize);
        // SAFETY: reads three registers. (`pc` is the address after the first instruction, like a return address.)
        unsafe {
            asm!("lea {}, [rip]", "mov {}, rsp", "mov {}, rbp",
                out(reg) pc, out(reg) sp, out(reg) rbp,
                options(nomem, nostack, preserves_flags));
        }
        let start_sp = sp;
        let (low, high) = stack_of_thread();
        if FIND_OBJECT.load(Relaxed).is_null() || sp < low || sp >= high {
            return portable(frames, start_sp);
        }
        for n in 0..frames.len() {
            let rule = rule::of(pc, find_rule);
            if rule == Rule::FOREIGN {
                return portable(frames, start_sp);
            }
            let cfa = (if rule.is_on_rbp() { rbp } else { sp }).wrapping_add(rule.cfa());
            let saved_rbp = cfa.wrapping_sub(rule.saved_rbp());
            // `STOP` ends here too: its CFA is `sp`.
            if cfa <= sp || cfa > high || cfa % 8 != 0 || saved_rbp < sp {
                return n;
            }
            // SAFETY: sp < cfa <= high, and sp is at or above the real stack pointer; cfa and sp are multiples of 8 (sp by the
            // ABI, then each a former cfa), so cfa - 8 is at least sp.
            pc = unsafe { word(cfa - 8) };
            if rule.saved_rbp() != 0 {
                // SAFETY: sp <= saved_rbp, checked; saved_rbp <= cfa - 8, as it is not 0.
                rbp = unsafe { word(saved_rbp) };
            }
            sp = cfa;
            if pc == 0 {
                return n;
            }
            frames[n] = pc;
        }
        frames.len()
    }

    /// The rule for a return address, from the tables of the object it is in.
    fn find_rule(pc: usize) -> Rule {
        // A call may be its function's last instruction: what counts is the call itself.
        let pc = pc - 1;
        let mut object = MaybeUninit::<DlFindObject>::zeroed();
        // SAFETY: null, which is `None`, or glibc's function, which is of this type.
        let find: Option<unsafe extern "C" fn(*mut c_void, *mut DlFindObject) -> c_int> =
            unsafe { transmute(FIND_OBJECT.load(Relaxed)) };
        let Some(find) = find else {
            return Rule::FOREIGN; // not reached: asked before the walk
        };
        // SAFETY: any address may be asked for; the out-pointer is to a local. The function is documented as async-signal-safe:
        // no lock, no allocation.
        if unsafe { find(pc as *mut c_void, object.as_mut_ptr()) } != 0 {
            return Rule::STOP;
        }
        // SAFETY: all its fields are integers, filled in or zero.
        let object = unsafe { object.assume_init() };
        row::rule(pc, object.eh_frame, |at| section(&object, at))
    }

    /// From `at` to the end of the read-only segment of `object` it is in.
    fn section(object: &DlFindObject, at: usize) -> Option<&[u8]> {
        const PAGE: usize = 4096;
        let start = object.map_start & !(PAGE - 1);
        // SAFETY: an object's mapping begins with the first page of its first segment, which has the ELF header at its
        // beginning. (If it were another page it is mapped all the same, and the magic number differs.) It stays mapped while
        // we are here: one of its functions is on this thread's stack.
        let page = unsafe { std::slice::from_raw_parts(start as *const u8, PAGE) };
        let segment = row::segment(page, start, at)?;
        // SAFETY: `segment` is what the loader mapped readable and not writable, so nobody changes it, and `at` is within;
        // mapped meanwhile, as above.
        Some(unsafe { std::slice::from_raw_parts(at as *const u8, segment.end - at) })
    }

    /// `struct dl_find_object` of <dlfcn.h>, on x86-64.
    #[repr(C)]
    struct DlFindObject {
        flags: u64,
        map_start: usize,
        map_end: usize,
        link_map: usize,
        eh_frame: usize,
        reserved: [u64; 7],
    }
}
