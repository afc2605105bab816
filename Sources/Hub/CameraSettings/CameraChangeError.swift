/// Why a camera was not added, changed or removed on its node. The text says what to do and never repeats an address.
package struct CameraChangeError: Error, Sendable, CustomStringConvertible {
    package enum Code: String, Sendable {
        case unknownNode
        /// The camera is nobody's.
        case unknownCamera
        /// The camera is another node's.
        case foreignCamera
        /// The node has no key to which something could be sealed.
        case notJoined
        /// What was asked for cannot be.
        case unusable
        /// The node said no.
        case refused
        /// The node did not answer.
        case away
    }

    package let code: Code
    package let description: String

    package init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }
}
