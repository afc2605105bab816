/// Why a simulation could not go on; safe to print.
package struct FleetError: Error, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}
