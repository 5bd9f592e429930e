/// What the spool does to body files: every call here can fail, and tests let each of them.
package protocol FileOperations: Sendable {
    /// Makes the folder `path`, for its owner only; one that exists is fine.
    func makeFolder(_ path: String) throws(SpoolError)
    /// Makes the file `path` exclusively, for its owner only, and opens it for writing.
    func create(_ path: String) throws(SpoolError) -> Int32
    /// Writes all octets.
    func write(_ octets: [UInt8], to descriptor: Int32) throws(SpoolError)
    /// Returns when the file's octets are on stable storage.
    func sync(_ descriptor: Int32) throws(SpoolError)
    /// Closes the file.
    func close(_ descriptor: Int32) throws(SpoolError)
    /// Returns when the folder's entries are on stable storage.
    func syncFolder(_ path: String) throws(SpoolError)
    /// Removes the file `path`; one that is gone is fine.
    func remove(_ path: String) throws(SpoolError)
}
