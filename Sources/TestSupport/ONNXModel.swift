/// A small model that a test makes for itself, as the bytes of an ONNX file (onnx.proto3, operator set 13).
package struct ONNXModel: Sendable {
    /// An input or output. A dimension of 0 is left open.
    package struct Port: Sendable {
        package var name: String
        package var shape: [Int]
        /// ONNX's number for the type of its elements; 1 is 32-bit float, 2 a byte.
        package var type: Int

        package init(_ name: String, _ shape: [Int], type: Int = 1) {
            self.name = name
            self.shape = shape
            self.type = type
        }
    }

    /// A setting of a node.
    package enum Attribute: Sendable {
        case integer(Int)
        case integers([Int])
        case float(Float)
    }

    /// A constant.
    package enum Constant: Sendable {
        case floats([Float], shape: [Int])
        case integers([Int])
    }

    private struct Node: Sendable {
        var operation: String
        var inputs: [String]
        var outputs: [String]
        var attributes: [(String, Attribute)]
    }

    package var inputs: [Port]
    package var outputs: [Port]
    private var nodes: [Node] = []
    private var constants: [(String, Constant)] = []

    package init(inputs: [Port], outputs: [Port]) {
        self.inputs = inputs
        self.outputs = outputs
    }

    /// The same model with one more node; nodes stand in the order in which they are computed.
    package func node(
        _ operation: String, _ inputs: [String], _ outputs: [String], _ attributes: [(String, Attribute)] = []
    ) -> ONNXModel {
        var copy = self
        copy.nodes.append(Node(operation: operation, inputs: inputs, outputs: outputs, attributes: attributes))
        return copy
    }

    /// The same model with a constant of this name.
    package func constant(_ name: String, _ value: Constant) -> ONNXModel {
        var copy = self
        copy.constants.append((name, value))
        return copy
    }

    /// The file.
    package var bytes: [UInt8] {
        var model = ProtobufWriter()
        model.add(1, 8)
        model.add(2, "vigilar tests")
        model.add(7) { graph in
            for node in nodes { graph.add(1) { Self.write(node, to: &$0) } }
            graph.add(2, "graph")
            for (name, constant) in constants { graph.add(5) { Self.write(name, constant, to: &$0) } }
            for port in inputs { graph.add(11) { Self.write(port, to: &$0) } }
            for port in outputs { graph.add(12) { Self.write(port, to: &$0) } }
        }
        model.add(8) { operators in
            operators.add(1, "")
            operators.add(2, 13)
        }
        return model.bytes
    }

    private static func write(_ node: Node, to writer: inout ProtobufWriter) {
        for name in node.inputs { writer.add(1, name) }
        for name in node.outputs { writer.add(2, name) }
        writer.add(3, node.outputs.first ?? node.operation)
        writer.add(4, node.operation)
        for (name, attribute) in node.attributes {
            writer.add(5) { field in
                field.add(1, name)
                switch attribute {
                case .float(let value):
                    field.add(2, value)
                    field.add(20, 1)
                case .integer(let value):
                    field.add(3, value)
                    field.add(20, 2)
                case .integers(let values):
                    for value in values { field.add(8, value) }
                    field.add(20, 7)
                }
            }
        }
    }

    private static func write(_ name: String, _ constant: Constant, to writer: inout ProtobufWriter) {
        switch constant {
        case .floats(let values, let shape):
            for length in shape { writer.add(1, length) }
            writer.add(2, 1)
            writer.add(9, values.flatMap { value in withUnsafeBytes(of: value.bitPattern.littleEndian) { Array($0) } })
        case .integers(let values):
            writer.add(1, values.count)
            writer.add(2, 7)
            writer.add(9, values.flatMap { value in withUnsafeBytes(of: Int64(value).littleEndian) { Array($0) } })
        }
        writer.add(8, name)
    }

    private static func write(_ port: Port, to writer: inout ProtobufWriter) {
        writer.add(1, port.name)
        writer.add(2) { type in
            type.add(1) { tensor in
                tensor.add(1, port.type)
                tensor.add(2) { shape in
                    for (index, length) in port.shape.enumerated() {
                        shape.add(1) { dimension in
                            if length > 0 { dimension.add(1, length) } else { dimension.add(2, "open\(index)") }
                        }
                    }
                }
            }
        }
    }
}
