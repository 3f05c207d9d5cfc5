//! What the unwind tables of a loaded object say of an address.

use super::rule::Rule;
use gimli::{
    BaseAddresses, CfaRule, EhFrame, EhFrameHdr, EndianSlice, NativeEndian, Pointer, Register,
    RegisterRule, UnwindContext, UnwindContextStorage, UnwindSection, UnwindTableRow, X86_64,
};
use std::ops::Range;

/// gimli's working memory, as part of the stack (4 KiB).
struct OnStack;

impl UnwindContextStorage<usize> for OnStack {
    type Rules = [(Register, RegisterRule<usize>); 20];
    type Stack = [UnwindTableRow<usize, Self>; 4];
}

/// The rule at an address, from the index at `index`. `section` has what is mapped from an address on.
pub(super) fn rule<'a>(
    pc: usize,
    index: usize,
    section: impl Fn(usize) -> Option<&'a [u8]>,
) -> Rule {
    match find(pc as u64, index, section) {
        Ok(rule) => rule.unwrap_or(Rule::FOREIGN),
        Err(gimli::Error::NoUnwindInfoForAddress) => Rule::STOP,
        Err(_) => Rule::FOREIGN,
    }
}

/// None for what a [`Rule`] cannot say.
fn find<'a>(
    pc: u64,
    index: usize,
    section: impl Fn(usize) -> Option<&'a [u8]>,
) -> gimli::Result<Option<Rule>> {
    let Some(header) = section(index) else {
        return Ok(None);
    };
    let bases = BaseAddresses::default().set_eh_frame_hdr(index as u64);
    let header = EhFrameHdr::new(header, NativeEndian).parse(&bases, 8)?;
    let Pointer::Direct(eh_frame) = header.eh_frame_ptr() else {
        return Ok(None);
    };
    let Some(section) = usize::try_from(eh_frame).ok().and_then(section) else {
        return Ok(None);
    };
    let bases = bases.set_eh_frame(eh_frame);
    let mut section = EhFrame::from(EndianSlice::new(section, NativeEndian));
    section.set_address_size(8);
    let Some(table) = header.table() else {
        return Ok(None);
    };
    let fde = table.fde_for_address(&section, &bases, pc, EhFrame::cie_from_offset)?;
    if fde.is_signal_trampoline() {
        return Ok(None);
    }
    let mut context = UnwindContext::<usize, OnStack>::new_in();
    let row = fde.unwind_info_for_address(&section, &bases, &mut context, pc)?;
    Ok(in_short(row))
}

fn in_short(row: &UnwindTableRow<usize, OnStack>) -> Option<Rule> {
    match row.register(X86_64::RA) {
        RegisterRule::Offset(-8) => {}
        RegisterRule::Undefined => return Some(Rule::STOP),
        _ => return None,
    }
    let saved_rbp = match row.register(X86_64::RBP) {
        RegisterRule::Undefined | RegisterRule::SameValue => 0,
        RegisterRule::Offset(at) => at,
        _ => return None,
    };
    match *row.cfa() {
        CfaRule::RegisterAndOffset {
            register: X86_64::RSP,
            offset,
        } => Rule::new(false, offset, saved_rbp),
        CfaRule::RegisterAndOffset {
            register: X86_64::RBP,
            offset,
        } => Rule::new(true, offset, saved_rbp),
        _ => None,
    }
}

/// The segment of an object that `at` is in, if it is mapped readable and not writable; from the object's first page, which is
/// at `start`.
pub(super) fn segment(page: &[u8], start: usize, at: usize) -> Option<Range<usize>> {
    const LOAD: usize = libc::PT_LOAD as usize;
    const READABLE: usize = LOAD | (libc::PF_R as usize) << 32;
    const EXECUTABLE: usize = (libc::PF_X as usize) << 32;

    let word = |at: usize| Some(usize::from_le_bytes(*page.get(at..)?.first_chunk()?));
    if !page.starts_with(b"\x7fELF\x02\x01") {
        return None;
    }
    let headers = word(32)?; // e_phoff
    let count = word(56)? & 0xffff; // e_phnum
    let mut bias = None;
    for header in 0..count {
        let header = headers.checked_add(header * size_of::<libc::Elf64_Phdr>())?;
        // p_type and p_flags; p_vaddr; p_filesz
        let (kind, vaddr, len) = (word(header)?, word(header + 16)?, word(header + 32)?);
        if kind & 0xffff_ffff != LOAD {
            continue;
        }
        // The first segment is where the mapping starts.
        let bias = *bias.get_or_insert(start.wrapping_sub(vaddr & !(page.len() - 1)));
        let from = bias.wrapping_add(vaddr);
        let segment = from..from.checked_add(len)?;
        if segment.contains(&at) {
            return (kind & !EXECUTABLE == READABLE).then_some(segment);
        }
    }
    None
}
