/// Everything that the load generator reads from a server.
let targets: [String: FuzzTarget] = ["Answers": fuzzAnswers]
