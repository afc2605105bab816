/// What whoever comes later needs to join in: the elements from the last one that can be understood for itself on. Of a group that is too
/// large nothing is kept until the next one opens.
package struct PresentGroup<Element: Sendable>: Sendable {
    package private(set) var elements: [Element] = []
    private var bytes = 0
    private let byteLimit: Int

    /// - Parameter byteLimit: Bytes of a group that are kept.
    package init(byteLimit: Int) { self.byteLimit = byteLimit }

    /// - Parameters:
    ///   - opens: Whether it can be understood without those before it.
    ///   - bytes: That it takes.
    package mutating func add(_ element: Element, opens: Bool, bytes count: Int) {
        if opens { removeAll() }
        guard opens || !elements.isEmpty else { return }
        bytes += count
        if bytes > byteLimit { elements = [] } else { elements.append(element) }
    }

    package mutating func removeAll() {
        elements.removeAll(keepingCapacity: true)
        bytes = 0
    }
}
