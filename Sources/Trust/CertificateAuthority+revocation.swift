package import Base
private import SwiftASN1
private import X509

extension CertificateAuthority {
    /// Signs a list of the revoked certificates, version 2 (RFC 5280, section 5), which swift-certificates cannot do.
    ///
    /// Whoever checks a list refuses every certificate once the list itself is too old: it must be signed anew well before `days`.
    /// - Parameters:
    ///   - revocations: In any order. Those of one serial count as one, at its earliest time.
    ///   - number: Higher than that of every earlier list; not negative.
    ///   - days: 1–3660, after which the list no longer counts.
    /// - Returns: PEM.
    /// - Throws: `TrustError.unusable`, also for a serial that is not hexadecimal digits.
    package func revocationList(_ revocations: [Revocation], number: Int64, now: Timestamp, days: Int) throws(TrustError) -> String {
        guard number >= 0 else { throw TrustError(.unusable, "the number of a revocation list must not be negative") }
        let validity = try Validity(now: now, days: days)
        let entries = try Self.entries(revocations)
        return try TrustError.wrapping(.unusable, "the revocation list could not be signed: check the clock") {
            var coder = DER.Serializer()
            try coder.appendConstructedNode(identifier: .sequence) { coder in
                // v2 is spelt 1.
                try coder.serialize(1)
                coder.serializeRawBytes(SignedDocument.algorithm)
                try coder.serialize(facts.certificate.subject)
                coder.serialize(time: validity.notBefore)
                coder.serialize(time: validity.notAfter)
                // Where nothing is revoked the list must be absent, not empty.
                if !entries.isEmpty {
                    try coder.appendConstructedNode(identifier: .sequence) { coder in
                        for (serial, time) in entries {
                            try coder.appendConstructedNode(identifier: .sequence) { coder in
                                try coder.serialize(serial[...])
                                coder.serialize(time: time)
                            }
                        }
                    }
                }
                let extensions = try extensions(number: number)
                try coder.serialize(explicitlyTaggedWithTagNumber: 0, tagClass: .contextSpecific) { try $0.serializeSequenceOf(extensions) }
            }
            return PEM.encode("X509 CRL", try SignedDocument(body: coder.serializedBytes, key: keyPair.privateKey).der())
        }
    }

    private func extensions(number: Int64) throws -> [Certificate.Extension] {
        var value = DER.Serializer()
        try value.serialize(number)
        return [
            try Certificate.Extension(AuthorityKeyIdentifier(keyIdentifier: keyIdentifier.keyIdentifier), critical: false),
            // id-ce-cRLNumber.
            Certificate.Extension(oid: [2, 5, 29, 20], critical: false, value: value.serializedBytes[...]),
        ]
    }

    /// Serial numbers in big-endian bytes without leading zeros, each once and in order, so that equal revocations make an equal list.
    private static func entries(_ revocations: [Revocation]) throws(TrustError) -> [(serial: [UInt8], time: Timestamp)] {
        var earliest: [[UInt8]: Timestamp] = [:]
        for revocation in revocations {
            guard let bytes = Hexadecimal.decode(revocation.serial), (1...20).contains(bytes.count) else {
                throw TrustError(.unusable, "a serial number to revoke must be 1 to 20 bytes in hexadecimal digits")
            }
            let serial = Array(bytes.drop { $0 == 0 })
            earliest[serial] = min(earliest[serial] ?? revocation.revokedAt, revocation.revokedAt)
        }
        return earliest.map { ($0.key, $0.value) }.sorted { Hexadecimal.encode($0.0) < Hexadecimal.encode($1.0) }
    }
}

extension DER.Serializer {
    /// Two digits of the year up to 2049, four from then on (RFC 5280, section 5.1.2.4).
    fileprivate mutating func serialize(time: Timestamp) {
        let digits = time.rfc3339Bytes.prefix(19).filter { (48...57).contains($0) }
        let isShort = ("1950"..<"2050").contains(String(decoding: digits.prefix(4), as: UTF8.self))
        appendPrimitiveNode(identifier: isShort ? .utcTime : .generalizedTime) {
            $0 += digits.dropFirst(isShort ? 2 : 0)
            $0.append(UInt8(ascii: "Z"))
        }
    }
}
