// SSE, short and long polls by net/http. A channel that the next item closes wakes all that wait.
package main

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

const history = 4096

var (
	mutex   sync.Mutex // guards the variables below
	items   = map[int]string{}
	newest  int
	arrival = make(chan struct{}) // closed by the next item
)

func publish(line string) {
	mutex.Lock()
	defer mutex.Unlock()
	newest++
	items[newest] = line
	delete(items, newest-history)
	close(arrival)
	arrival = make(chan struct{})
}

// after returns the items that follow a cursor, the sequence of the newest, and a channel that the next one closes.
func after(cursor int) (lines []string, last int, more chan struct{}) {
	mutex.Lock()
	defer mutex.Unlock()
	if cursor < newest-history {
		cursor = newest - history
	}
	for sequence := cursor + 1; sequence <= newest; sequence++ {
		lines = append(lines, items[sequence])
	}
	return lines, newest, arrival
}

func cursorOf(r *http.Request) int {
	for _, text := range []string{r.Header.Get("Last-Event-ID"), r.URL.Query().Get("after")} {
		if cursor, err := strconv.Atoi(text); err == nil {
			return cursor
		}
	}
	_, last, _ := after(0)
	return last
}

func answer(w http.ResponseWriter, lines []string) {
	if len(lines) == 0 {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	fmt.Fprintln(w, strings.Join(lines, "\n"))
}

func poll(w http.ResponseWriter, r *http.Request) {
	lines, _, _ := after(cursorOf(r))
	answer(w, lines)
}

func longPoll(w http.ResponseWriter, r *http.Request) {
	hold, err := time.ParseDuration(r.URL.Query().Get("hold"))
	if err != nil {
		hold = 25 * time.Second
	}
	cursor := cursorOf(r)
	lines, _, more := after(cursor)
	if len(lines) == 0 {
		timer := time.NewTimer(hold)
		defer timer.Stop()
		select {
		case <-more:
			lines, _, _ = after(cursor)
		case <-timer.C:
		case <-r.Context().Done():
			return
		}
	}
	answer(w, lines)
}

func events(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	for cursor := cursorOf(r); ; {
		lines, last, more := after(cursor)
		for index, line := range lines {
			fmt.Fprintf(w, "id: %d\ndata: %s\n\n", last-len(lines)+index+1, line)
		}
		w.(http.Flusher).Flush()
		cursor = last
		select {
		case <-more:
		case <-r.Context().Done():
			return
		}
	}
}
