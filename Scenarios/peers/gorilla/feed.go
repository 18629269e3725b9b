// Gorilla WebSocket on Go: each line of standard input goes to every client; polls.go has SSE and polls.
// Follows https://pkg.go.dev/github.com/gorilla/websocket (PreparedMessage, for sending to many connections).
// EnableCompression is false by default. Each item is one write per client; Go sets TCP_NODELAY.
package main

import (
	"bufio"
	"log"
	"net/http"
	"os"
	"sync"

	"github.com/gorilla/websocket"
)

var (
	socketsMutex sync.Mutex
	sockets      = map[*websocket.Conn]bool{}
	upgrader     websocket.Upgrader
)

func socket(w http.ResponseWriter, r *http.Request) {
	conn, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	defer conn.Close()
	socketsMutex.Lock()
	sockets[conn] = true
	socketsMutex.Unlock()
	for err == nil {
		_, _, err = conn.NextReader()
	}
	socketsMutex.Lock()
	delete(sockets, conn)
	socketsMutex.Unlock()
}

func broadcast(line string) {
	message, err := websocket.NewPreparedMessage(websocket.TextMessage, []byte(line))
	if err != nil {
		log.Fatal(err)
	}
	socketsMutex.Lock()
	defer socketsMutex.Unlock()
	for conn := range sockets {
		conn.WritePreparedMessage(message)
	}
}

func main() {
	http.HandleFunc("/poll", poll)
	http.HandleFunc("/long-poll", longPoll)
	http.HandleFunc("/events", events)
	http.HandleFunc("/ws", socket)
	go func() { log.Fatal(http.ListenAndServe("127.0.0.1:"+os.Args[1], nil)) }()
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 4<<20)
	for lines.Scan() {
		publish(lines.Text())
		broadcast(lines.Text())
	}
}
