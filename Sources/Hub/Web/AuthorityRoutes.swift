private import HTTPTypes
package import Hummingbird
private import NIOCore

/// The hub's own authority for the devices of people: the certificate to install, and the page that says how.
package struct AuthorityRoutes: Sendable {
    let enrolment: Enrolment
    let pages: Pages

    package func add(to router: some RouterMethods<WebContext>) {
        // Inline, as an iPhone offers to install it then, and saves a mere file otherwise; whoever cannot install it saves it all the same.
        router.get("/authority.crt") { _, _ in
            Response(
                status: .ok,
                headers: [
                    .contentType: "application/x-x509-ca-cert", .contentDisposition: "inline; filename=\"vigilar-authority.crt\"",
                    .cacheControl: "no-store",
                ],
                body: .init(byteBuffer: ByteBuffer(bytes: enrolment.authorityDER)))
        }
        router.get("/trust") { _, _ in
            try pages.trust(authority: enrolment.authorityName, fingerprint: enrolment.authorityFingerprint)
        }
    }
}
