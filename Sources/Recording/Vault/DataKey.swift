package import Trust

/// The key of one segment: 32 random bytes, held open in memory only. On the disk it stands in the segment's header, sealed to everybody
/// who may open the segment.
package struct DataKey: Sendable, Concealed {
    let bytes: [UInt8]

    /// A new one, of the operating system's generator.
    package init() { bytes = RandomBytes.make(ChunkedEncryption.keyLength) }

    /// - Parameter bytes: 32 of them.
    /// - Throws: `RecordingError.malformed` for another number of bytes.
    package init(bytes: [UInt8]) throws(RecordingError) {
        guard bytes.count == ChunkedEncryption.keyLength else {
            throw RecordingError(.malformed, "a recording's key has \(bytes.count) bytes instead of \(ChunkedEncryption.keyLength)")
        }
        self.bytes = bytes
    }

    /// The key as it stands in a header, once for each recipient.
    /// - Throws: `RecordingError.unsupported` where it cannot be sealed to a key, which no key is known to bring about.
    package func seal(to recipients: [SealingPublicKey], for segment: SegmentIdentity) throws(RecordingError) -> [SealedDataKey] {
        var sealed: [SealedDataKey] = []
        for recipient in recipients {
            do throws(TrustError) {
                let box = try SealedBox.seal(bytes, to: recipient, context: segment.sealingContext)
                sealed.append(SealedDataKey(to: recipient.text, box: box))
            } catch {
                throw RecordingError(.unsupported, "a recording's key cannot be sealed: \(error.message)")
            }
        }
        return sealed
    }

    /// Opens the first of the sealed keys that is for one of the private keys.
    /// - Throws: `RecordingError`: `wrongKey` where none is; `notGenuine` where those that are do not open, because something was
    ///   changed or taken from another segment's header.
    package init(opening sealed: [SealedDataKey], with keys: [SealingPrivateKey], for segment: SegmentIdentity) throws(RecordingError) {
        var failure = RecordingError(
            .wrongKey, "the recording is for other keys than those at hand: add the key of the hub that it was made for")
        for key in keys {
            let own = key.publicKey.text
            for candidate in sealed where candidate.to == own {
                if let bytes = try? SealedBox.open(candidate.box, with: key, context: segment.sealingContext),
                    let key = try? DataKey(bytes: bytes)
                {
                    self = key
                    return
                }
                failure = RecordingError(
                    .notGenuine, "the recording's key cannot be opened: its header was changed, or is another recording's")
            }
        }
        throw failure
    }

    package var description: String { "(key of a recording)" }
}
