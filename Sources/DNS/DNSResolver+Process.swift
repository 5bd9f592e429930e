import NIOPosix
package import Telemetry

extension DNSResolver {
    /// A resolver whose sockets live on the process's own event loops: for commands, which have none of theirs.
    package convenience init(_ options: DNSOptions, metrics: Registry) throws(DNSOptionsError) {
        try self.init(options, group: MultiThreadedEventLoopGroup.singleton, metrics: metrics)
    }
}
