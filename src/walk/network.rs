//! Whether a file lies on a network file system.

use std::io;
use std::os::fd::AsFd;

use rustix::fs::fstatfs;

/// The name of the network file system that `file` lies on; `None` when it is local.
///
/// # Errors
///
/// When the file system does not answer.
pub fn is_network(file: impl AsFd) -> io::Result<Option<&'static str>> {
    let answer = fstatfs(file)?;
    #[cfg(target_os = "linux")]
    let name = linux::name(answer.f_type.cast_unsigned());
    #[cfg(not(target_os = "linux"))]
    let name = bsd::name(answer.f_flags.into(), answer.f_fstypename.iter().map(|letter| letter.cast_unsigned()));
    Ok(name)
}

/// Linux has a number for each file system.
#[cfg(target_os = "linux")]
mod linux {
    /// Magic numbers of network file systems: `linux/magic.h` and the file
    /// systems' own headers (Lustre, GPFS). FUSE counts as one, since it mostly is.
    const NETWORK: &[(u32, &str)] = &[
        (0x6969, "NFS"),
        (0x517B, "SMB"),
        (0xFE53_4D42, "SMB2"),
        (0xFF53_4D42, "CIFS"),
        (0x6573_5546, "FUSE"),
        (0x0102_1997, "9P"),
        (0x00C3_6400, "Ceph"),
        (0x5346_414F, "AFS"),
        (0x6B41_4653, "AFS"),
        (0x7375_7245, "Coda"),
        (0x0BD0_0BD0, "Lustre"),
        (0x4750_4653, "GPFS"),
        (0x7461_636F, "OCFS2"),
        (0x0116_1970, "GFS2"),
    ];

    pub(super) fn name(magic: u64) -> Option<&'static str> {
        // The kernel widens the 32-bit number with its sign on some file systems.
        let magic = u32::try_from(magic & 0xFFFF_FFFF).ok()?;
        NETWORK.iter().find(|(number, _)| *number == magic).map(|(_, name)| *name)
    }
}

/// macOS and FreeBSD say whether it is local, and what they call it (`statfs(2)`).
#[cfg(any(test, not(target_os = "linux")))]
mod bsd {
    /// `MNT_LOCAL`, the same in both (`sys/mount.h`).
    const LOCAL: u64 = 0x1000;

    /// What of a name tells the file system. FUSE counts as a network, since it mostly is one.
    const NETWORK: &[(&str, &str)] =
        &[("smb", "SMB"), ("nfs", "NFS"), ("afp", "AFP"), ("webdav", "WebDAV"), ("fuse", "FUSE")];

    pub(super) fn name(flags: u64, kind: impl Iterator<Item = u8>) -> Option<&'static str> {
        let kind: Vec<u8> = kind.take_while(|byte| *byte != 0).collect();
        let kind = String::from_utf8_lossy(&kind);
        let known = NETWORK.iter().find(|(part, _)| kind.contains(part)).map(|(_, name)| *name);
        if flags & LOCAL == 0 { known.or(Some("unknown")) } else { known.filter(|name| *name == "FUSE") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(target_os = "linux")]
    #[test]
    fn linux_tells_network_file_systems_by_their_number() {
        for (magic, expected) in [
            (0x6969, Some("NFS")),
            (0xFF53_4D42, Some("CIFS")),
            (0xFFFF_FFFF_FE53_4D42, Some("SMB2")),
            (0x6573_5546, Some("FUSE")),
            (0xEF53, None),
            (0x5846_5342, None),
        ] {
            assert_eq!(linux::name(magic), expected, "{magic:x}");
        }
    }

    #[test]
    fn others_tell_them_by_a_flag_and_a_name() {
        for (flags, kind, expected) in [
            (0x10, "smbfs\0\0", Some("SMB")),
            (0, "nfs", Some("NFS")),
            (0, "acfs", Some("unknown")),
            (0x0480_1001, "apfs\0", None),
            (0x1000, "ufs", None),
            (0x1000, "macfuse", Some("FUSE")),
            (0, "fusefs.sshfs", Some("FUSE")),
        ] {
            assert_eq!(bsd::name(flags, kind.bytes()), expected, "{kind}");
        }
    }
}
