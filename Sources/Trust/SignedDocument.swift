import Crypto
private import SwiftASN1

/// The outer form that certificates, requests and revocation lists share: a body, how it is signed, the signature (RFC 5280, sections
/// 4.1.1 and 5.1.1; RFC 2986, section 4.2).
///
/// It knows ECDSA with SHA-256 only, and only one spelling of it. swift-certificates ignores the count of unused bits in front of a
/// signature, which would let a bit of a document change without anybody noticing.
struct SignedDocument {
    /// The DER of the body.
    let body: [UInt8]
    private let signature: P256.Signing.ECDSASignature

    /// `ecdsa-with-SHA256`, without parameters (RFC 5758, section 3.2).
    static let algorithm: [UInt8] = [0x30, 0x0a, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02]

    /// Signs a body.
    init(body: [UInt8], key: P256.Signing.PrivateKey) throws {
        self.body = body
        signature = try key.signature(for: body)
    }

    /// Nil for anything that is not of this form.
    init?(der: [UInt8]) {
        do {
            let parts = try DER.sequence(DER.parse(der), identifier: .sequence) { nodes in
                guard let body = nodes.next(), let algorithm = nodes.next() else {
                    throw ASN1Error.invalidASN1Object(reason: "not a signed document")
                }
                return (body: body, algorithm: algorithm, signature: try ASN1BitString(derEncoded: &nodes))
            }
            guard Array(parts.algorithm.encodedBytes) == Self.algorithm, parts.signature.paddingBits == 0 else { return nil }
            body = Array(parts.body.encodedBytes)
            signature = try P256.Signing.ECDSASignature(derRepresentation: Array(parts.signature.bytes))
        } catch {
            return nil
        }
    }

    func isSigned(by key: P256.Signing.PublicKey) -> Bool { key.isValidSignature(signature, for: body) }

    func der() throws -> [UInt8] {
        var coder = DER.Serializer()
        try coder.appendConstructedNode(identifier: .sequence) { coder in
            coder.serializeRawBytes(body)
            coder.serializeRawBytes(Self.algorithm)
            try coder.serialize(ASN1BitString(bytes: Array(signature.derRepresentation)[...]))
        }
        return coder.serializedBytes
    }
}
