import FuzzTargets
import Glibc

// transom-fuzz NAME [libFuzzer's arguments]: calls the target NAME with whatever libFuzzer thinks of.

typealias Callback = @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
typealias Arguments = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>

/// libFuzzer's main loop; the toolchain has no module for it.
@_silgen_name("LLVMFuzzerRunDriver")
func runDriver(
    _ count: UnsafeMutablePointer<CInt>, _ arguments: UnsafeMutablePointer<Arguments?>, _ callback: Callback
) -> CInt

/// The target to call; set before the loop begins.
nonisolated(unsafe) var target = FuzzTarget.all[0]

/// What libFuzzer calls; its own `main` asks for this name, though the loop begins here.
@_cdecl("LLVMFuzzerTestOneInput")
func testOneInput(_ octets: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    unsafe target.parse(Array(UnsafeBufferPointer(start: octets, count: count)))
    return 0
}

guard CommandLine.arguments.count > 1,
    let chosen = FuzzTarget.all.first(where: { $0.name == CommandLine.arguments[1] })
else {
    print("usage: transom-fuzz NAME [ARGUMENT…]\nnames: \(FuzzTarget.all.map(\.name).joined(separator: " "))")
    exit(64)
}
unsafe target = chosen

var count = CommandLine.argc - 1
// The name is ours; libFuzzer gets the rest, with the name in the place of the program's.
var arguments: Arguments? = unsafe CommandLine.unsafeArgv + 1
exit(unsafe runDriver(&count, &arguments, testOneInput))
