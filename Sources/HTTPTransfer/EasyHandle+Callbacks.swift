import CCurl
import Glibc

extension EasyHandle {
    /// Tells libcurl whom to call, and with what.
    func setCallbacks() {
        let context = unsafe Unmanaged.passUnretained(self).toOpaque()
        unsafe curl_easy_set_private(handle, context)
        unsafe curl_easy_set_header_function(
            handle,
            { octets, size, count, context in
                unsafe EasyHandle.object(context)?.receiveHeader(
                    UnsafeRawBufferPointer(start: octets, count: size * count)) ?? 0
            }, context)
        unsafe curl_easy_set_write_function(
            handle,
            { octets, size, count, context in
                unsafe EasyHandle.object(context)?.receiveBody(
                    UnsafeRawBufferPointer(start: octets, count: size * count)) ?? 0
            }, context)
        unsafe curl_easy_set_read_function(
            handle,
            { octets, size, count, context in
                unsafe EasyHandle.object(context)?.sendBody(
                    UnsafeMutableRawBufferPointer(start: octets, count: size * count))
                    ?? Int(CURL_READFUNC_ABORT)
            }, context)
        unsafe curl_easy_set_seek_function(
            handle,
            { context, offset, origin in
                unsafe EasyHandle.object(context)?.seek(offset, origin) ?? CURL_SEEKFUNC_FAIL
            }, context)
        unsafe curl_easy_set_opensocket_function(
            handle,
            { context, purpose, address in
                unsafe EasyHandle.object(context)?.openSocket(address) ?? -1
            }, context)
        unsafe curl_easy_set_prereq_function(
            handle,
            { context, remote, _, _, _ in
                unsafe EasyHandle.object(context)?.judgeConnection(remote) ?? CURL_PREREQFUNC_ABORT
            }, context)
    }

    private func receiveHeader(_ line: UnsafeRawBufferPointer) -> Int {
        unsafe response.header(line) ? line.count : 0
    }

    private func receiveBody(_ octets: UnsafeRawBufferPointer) -> Int {
        unsafe response.body(octets) ? octets.count : 0
    }

    private func sendBody(_ buffer: UnsafeMutableRawBufferPointer) -> Int {
        guard case .stream(let stream) = transfer?.body else { return 0 }
        do {
            return unsafe try stream.read(into: buffer)
        } catch {
            isBodyUnreadable = true
            return Int(CURL_READFUNC_ABORT)
        }
    }

    private func seek(_ offset: curl_off_t, _ origin: Int32) -> Int32 {
        guard offset == 0, origin == SEEK_SET, rewind() else { return CURL_SEEKFUNC_FAIL }
        return CURL_SEEKFUNC_OK
    }

    /// Starts a streamed body again.
    func rewind() -> Bool {
        guard case .stream(let stream) = transfer?.body else { return true }
        do {
            try stream.rewind()
            return true
        } catch {
            isBodyUnreadable = true
            return false
        }
    }

    /// Judges the address that is about to be dialled; a refused one makes libcurl try the next.
    private func openSocket(_ target: UnsafeMutablePointer<curl_sockaddr>?) -> curl_socket_t {
        isPastLookup = true
        guard let target = unsafe target, let socketAddress = unsafe curl_sockaddr_target(target) else {
            return -1
        }
        let address = unsafe NumericAddress(socketAddress, count: Int(target.pointee.addrlen))
        guard let address, transfer?.egress.allows(address) == true else {
            refusedAddress = address
            return -1
        }
        let kind = unsafe target.pointee.socktype | Int32(SOCK_CLOEXEC.rawValue)
        return unsafe socket(target.pointee.family, kind, target.pointee.protocol)
    }

    /// Judges the address of a connection that stands, whoever made it.
    private func judgeConnection(_ remote: UnsafePointer<CChar>?) -> Int32 {
        isPastLookup = true
        let address = unsafe remote.flatMap { unsafe NumericAddress(String(cString: $0)) }
        guard let address, transfer?.egress.allows(address) == true else {
            refusedAddress = address
            wasRefusedAtReuse = true
            return CURL_PREREQFUNC_ABORT
        }
        refusedAddress = nil
        return CURL_PREREQFUNC_OK
    }
}
