import ArgumentParser
import Console
import Dispatch
import Foundation

/// The process: runs the command of its arguments, and turns errors into a line and an exit status.
@main
enum Program {
    /// Not asynchronous: an asynchronous `main` gives the first thread away before its first line, and then root's
    /// privileges cannot be given up in all threads any more.
    static func main() {
        let work = begin()
        // The one task without an owner: it is the program.
        Task {
            await finish(work)
        }
        dispatchMain()
    }

    /// Does the part of the command that needs a process with one thread, and answers the rest.
    private static func begin() -> @Sendable () async throws -> Void {
        do {
            var command = try Transom.parseAsRoot()
            if let young = command as? any YoungCommand { return try young.begin() }
            guard let asynchronous = command as? any AsyncParsableCommand else {
                try command.run()
                Foundation.exit(0)
            }
            // Only the program's one task takes it from here.
            nonisolated(unsafe) let only = asynchronous
            return {
                nonisolated(unsafe) var command = unsafe only
                try await unsafe command.run()
            }
        } catch {
            end(error)
        }
    }

    private static func finish(_ work: @Sendable () async throws -> Void) async {
        do {
            try await work()
            Foundation.exit(0)
        } catch {
            end(error)
        }
    }

    private static func end(_ error: any Error) -> Never {
        guard let error = error as? CommandError else { Transom.exit(withError: error) }
        Terminal().note("transom: \(error.message)")
        Foundation.exit(error.status.rawValue)
    }
}

/// A command whose first steps need a process that has but one thread.
protocol YoungCommand {
    /// Takes the first steps and answers the rest.
    func begin() throws -> @Sendable () async throws -> Void
}
