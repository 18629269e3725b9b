/// What the load generator reads of a server.
let targets: [String: FuzzTarget] = ["Answers": fuzzAnswers]
