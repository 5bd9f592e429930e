package import Mail

/// What an operator decides about the spool.
package struct SpoolOptions: Sendable {
    /// Below this much free space nothing is accepted: 452.
    package var minimumFree: ByteCount
    /// How long what has ended is kept.
    package var retention: Retention
    /// A message of more octets than this lives in a file of its own.
    package var bodyThreshold: ByteCount
    /// The wall clock.
    package var now: @Sendable () -> Timestamp
    /// A clock that never jumps, by which jumps of the wall clock are noticed.
    package var uptime: @Sendable () -> Duration
    /// What is done to body files.
    package var files: any FileOperations

    /// The options of `spool:`, with their defaults.
    package init(
        minimumFree: ByteCount = .mebibytes(512), retention: Retention = Retention(),
        bodyThreshold: ByteCount = .kibibytes(128), now: @escaping @Sendable () -> Timestamp = WallClock.now,
        uptime: @escaping @Sendable () -> Duration = WallClock.uptime,
        files: any FileOperations = SystemFiles()
    ) {
        self.minimumFree = minimumFree
        self.retention = retention
        self.bodyThreshold = bodyThreshold
        self.now = now
        self.uptime = uptime
        self.files = files
    }
}

/// How long a message stays after its deliveries have ended, by the way they ended; zero: removed at once.
package struct Retention: Equatable, Sendable {
    /// After a delivery.
    package var delivered: Duration
    /// After giving up.
    package var dead: Duration

    /// Keeps what was delivered and what is dead for these times.
    package init(delivered: Duration = .seconds(7 * 86_400), dead: Duration = .seconds(30 * 86_400)) {
        self.delivered = delivered
        self.dead = dead
    }
}
