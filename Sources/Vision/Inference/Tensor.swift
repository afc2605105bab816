/// An array of numbers with a shape, as models take and give them.
package struct Tensor: Sendable, Hashable {
    /// As the model calls it; empty where it has no name.
    package var name: String
    /// The length of each dimension, the outermost first. Empty for a single number.
    package var shape: [Int]
    /// In the order of the last dimension first: as many as the product of `shape`.
    package var values: [Float]

    package init(name: String = "", shape: [Int], values: [Float]) {
        self.name = name
        self.shape = shape
        self.values = values
    }
}
