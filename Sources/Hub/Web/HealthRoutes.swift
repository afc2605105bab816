package import Hummingbird
private import HTTPTypes
private import NIOCore
private import Protocol
import Base

/// `/healthz`, `/readyz` and `/metrics`.
package struct HealthRoutes: Sendable {
    let readiness: Readiness
    let metrics: Metrics

    package func add(to router: some RouterMethods<WebContext>) {
        for method in [HTTPRequest.Method.get, .head] {
            router.on("/healthz", method: method) { _, _ in Response(text: "ok\n") }
            router.on("/readyz", method: method) { request, context in ready(request, context) }
        }
        router.get("/metrics") { request, context in
            // What is in it is of all sites.
            guard context.access.mayEverywhere(.see) || context.isLocal(request) else { throw Problem.unauthorized }
            return Response(text: metrics.text(), contentType: "text/plain; version=0.0.4; charset=utf-8")
        }
    }

    /// The bare status for everybody; what is wrong for those who may see the whole installation or sit at this machine.
    private func ready(_ request: Request, _ context: WebContext) -> Response {
        let isReady = readiness.isReady
        let status: HTTPResponse.Status = isReady ? .ok : .serviceUnavailable
        guard context.access.mayEverywhere(.see) || context.isLocal(request) else {
            return Response(status: status, text: isReady ? "ok\n" : "unready\n")
        }
        var out: [UInt8] = Array("{\"status\":\"\(isReady ? "ok" : "unready")\"".utf8)
        for (part, state) in readiness.details {
            out.append(contentsOf: ",\"\(part.rawValue)\":".utf8)
            JSONText.append(state, to: &out)
        }
        out.append(UInt8(ascii: "}"))
        return Response(status: status, json: out)
    }
}
