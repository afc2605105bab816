package import MediaTypes

/// Brings compressed pictures into the form of an MP4 file's samples: each unit behind its length in four bytes (ISO/IEC 14496-15, 5.3.2).
package enum PictureData {
    /// A packet as a sample: the packet itself where it has that form already. Otherwise as of `append`.
    package static func sample(_ packet: [UInt8], stream: StreamInfo) -> [UInt8] {
        if stream.codec == .mjpeg || (stream.isLengthPrefixed && ParameterSetList.lengthSize(stream) == 4) { return packet }
        var sample: [UInt8] = []
        // A start code of three bytes becomes a length of four.
        sample.reserveCapacity(packet.count + 64)
        _ = append(packet, stream: stream, to: &sample)
        return sample
    }

    /// Appends a packet. Units keep every byte; start codes, and the zeros ahead of them, belong to none. A packet that has no start code
    /// is taken as one unit; one whose lengths are not of four bytes, and lie, ends with the last unit that can be.
    /// - Returns: The bytes of the sample.
    package static func append(_ packet: [UInt8], stream: StreamInfo, to output: inout [UInt8]) -> Int {
        let before = output.count
        if stream.codec == .mjpeg {
            output.append(contentsOf: packet)
        } else if !stream.isLengthPrefixed {
            appendAnnexB(packet, to: &output)
        } else {
            let size = ParameterSetList.lengthSize(stream)
            if size == 4 {
                output.append(contentsOf: packet)
            } else {
                appendPrefixed(packet, lengthSize: size, to: &output)
            }
        }
        return output.count - before
    }

    private static func appendAnnexB(_ packet: [UInt8], to output: inout [UInt8]) {
        var at = 0
        guard var unit = AnnexB.nextUnit(in: packet, at: &at) else {
            return append(unit: packet[...], to: &output)
        }
        while true {
            append(unit: packet[unit], to: &output)
            guard let next = AnnexB.nextUnit(in: packet, at: &at) else { return }
            unit = next
        }
    }

    private static func appendPrefixed(_ packet: [UInt8], lengthSize: Int, to output: inout [UInt8]) {
        var at = 0
        while let unit = LengthPrefixed.next(in: packet, at: &at, lengthSize: lengthSize) { append(unit: packet[unit], to: &output) }
    }

    private static func append(unit: ArraySlice<UInt8>, to output: inout [UInt8]) {
        if unit.isEmpty { return }
        ByteWriter.append(bigEndian: UInt32(clamping: unit.count), to: &output)
        output.append(contentsOf: unit)
    }
}
