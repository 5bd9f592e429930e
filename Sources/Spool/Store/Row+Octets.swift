import Foundation
import GRDB

extension Row {
    /// The octets of column `name`; `nil` for NULL.
    func octets(_ name: String) -> [UInt8]? {
        (self[name] as Data?).map { [UInt8]($0) }
    }
}
