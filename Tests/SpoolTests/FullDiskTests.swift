import Foundation
import Mail
import Spool
import Testing

/// Invariant 9 on a file system that is really full: a tmpfs of a few MB in a mount namespace of its own, in which
/// the tests run once more.
@Suite struct FullDiskTests {
    /// Where the tmpfs is, in the run inside the namespace.
    static let smallDisk = ProcessInfo.processInfo.environment["TRANSOM_TEST_SMALL_DISK"]

    @Test(.enabled(if: smallDisk == nil))
    func `a full disk refuses, keeps what is stored, and accepts again when there is room`() throws {
        let folder = ScratchFolder()
        let inside = Process()
        inside.executableURL = URL(filePath: "/usr/bin/unshare")
        let mount =
            "mount -t tmpfs -o size=3m none \"$TRANSOM_TEST_SMALL_DISK\" || exit 77; exec \"$0\" \"$@\""
        inside.arguments = [
            getuid() == 0 ? "-m" : "-rm", "/bin/sh", "-c", mount,
            try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"),
            "--testing-library", "swift-testing", "--filter", "FullDiskTests",
        ]
        inside.environment = ProcessInfo.processInfo.environment.merging(
            ["TRANSOM_TEST_SMALL_DISK": folder.path]
        ) { $1 }
        let output = Pipe()
        (inside.standardOutput, inside.standardError) = (output, output)
        try inside.run()
        let said = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        inside.waitUntilExit()
        if said.contains("Operation not permitted") || inside.terminationStatus == 77 {
            print("SKIP a full disk: this user may not mount a tmpfs in a namespace of its own")
        } else {
            #expect(inside.terminationStatus == 0, "\(said)")
            #expect(said.contains("fills up"))
        }
    }

    @Test(.enabled(if: smallDisk != nil)) func `a small disk fills up`() async throws {
        let disk = try #require(Self.smallDisk)
        var fixture = SpoolFixture()
        fixture.parent = disk
        try await fixture.withSpool { spool in
            let stored = try await fill(spool)
            for (id, letter) in stored {
                let octets = try await spool.octets(of: id)
                #expect(octets == letter.octets)
            }
            let grow = try Process.run(
                URL(filePath: "/bin/mount"), arguments: ["-o", "remount,size=30m", "none", disk])
            grow.waitUntilExit()
            try await Acceptor().store(Letter(size: 140_000), in: spool)
            try await Acceptor().store(Letter(size: 4_000), in: spool)
            #expect(try await spool.statistics().messages == stored.count + 2)
        }
        let isWhole = try await fixture.withSpool { try await $0.check(readsBodies: true).isEmpty }
        #expect(isWhole)
    }

    /// Stores letters until one is refused for want of space, by row and by file.
    private func fill(_ spool: MessageSpool) async throws -> [(MessageID, Letter)] {
        var stored: [(MessageID, Letter)] = []
        for size in [140_000, 8_000] {
            for seed in 0... {
                let letter = Letter(size: size, seed: seed)
                let result = await Acceptor().accept(letter.message(for: spool), into: spool)
                if let failure = result.failure {
                    #expect(failure.isOutOfSpace)
                    break
                }
                stored.append((result.id, letter))
            }
        }
        #expect(stored.count > 5)
        return stored
    }
}
