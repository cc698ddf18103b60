use crate::schema::{Size, section};

section! {
    /// A further disk to partition.
    pub struct Disk {
        /// Its path.
        "device" => device: String [example("/dev/sdb")],
        /// Its partitions, in their order.
        "partitions" => partitions: Vec<DiskPartition>,
    }
}

section! {
    /// A partition of a further disk.
    pub struct DiskPartition {
        /// Its size: bytes, or a number with a unit. Only the last partition may go without one.
        "size" => size: Size [default("the rest of the disk")] [example("100GB")],
        /// Where it is mounted.
        "mountpoint" => mountpoint: String [example("/var/mnt/data")],
    }
}
