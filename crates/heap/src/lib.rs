//! What a process has of the system's memory, and giving back what it does not need.
//!
//! The C library keeps freed memory that stands between what is in use, for the next who asks for some. After a
//! burst that is most of what a process has; [`give_back`] returns whole pages of it wherever they stand.
//! There was no crate for this one call when it was written; the C library's own declaration is in `libc`, and as
//! unsafe as here.

/// Gives back to the system all pages in which nothing is in use, and tells whether there were any
/// (`malloc_trim(3)`). It takes some milliseconds, in which other threads may wait for memory: call it beside the
/// threads that serve. Where the C library is another one than GNU's, it does nothing.
#[must_use]
pub fn give_back() -> bool {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    {
        #[expect(unsafe_code, reason = "a function of the C library is foreign")]
        unsafe extern "C" {
            fn malloc_trim(pad: usize) -> std::ffi::c_int;
        }
        // SAFETY: it takes no pointer, and holds the locks of the allocator while it works ("MT-Safe" by its page).
        #[expect(unsafe_code, reason = "no crate has a safe form of it")]
        let given = unsafe { malloc_trim(0) };
        given != 0
    }
    #[cfg(not(all(target_os = "linux", target_env = "gnu")))]
    false
}

/// How much of the system's memory this process has, in bytes (`/proc/self/statm`, proc(5)); none where the system
/// does not tell.
#[must_use]
pub fn resident() -> Option<u64> {
    let pages = std::fs::read_to_string("/proc/self/statm").ok()?;
    let pages: u64 = pages.split(' ').nth(1)?.parse().ok()?;
    let size = u64::try_from(rustix::param::page_size()).ok()?;
    pages.checked_mul(size)
}

#[cfg(test)]
mod tests {
    use std::hint::black_box;

    use super::*;

    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    #[test]
    fn what_is_freed_between_things_in_use_goes_back() {
        const PIECE: usize = 32 * 1024;
        const PIECES: usize = 4_000;
        let mut pieces: Vec<Option<Vec<u8>>> = (0..PIECES)
            .map(|_| Some(black_box(vec![1; PIECE])))
            .collect();
        // One of a hundred stays, so that the heap has no free end.
        for (at, piece) in pieces.iter_mut().enumerate() {
            if at % 100 != 99 {
                *piece = None;
            }
        }
        let before = resident().expect("Linux tells");
        assert!(give_back());
        let after = resident().expect("Linux tells");
        let freed = u64::try_from(PIECE * PIECES / 2).expect("it is small");
        assert!(after + freed < before, "{before} {after}");
        black_box(pieces);
    }
}
