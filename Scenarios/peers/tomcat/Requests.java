// SSE, short and long polls: an asynchronous servlet, so that a client that waits needs no thread.
import jakarta.servlet.*;
import jakarta.servlet.http.*;
import java.io.*;
import java.util.*;

public class Requests extends HttpServlet {
    private static final long HISTORY = 4096;
    // The lock of this object guards them.
    private final TreeMap<Long, String> items = new TreeMap<>();
    private final Set<Poll> polls = new HashSet<>();
    private final Set<PrintWriter> streams = new HashSet<>();

    @Override
    protected synchronized void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        long cursor = cursor(request);
        switch (request.getServletPath()) {
            case "/poll" -> answer(response, cursor);
            case "/long-poll" -> {
                if (cursor < newest()) answer(response, cursor); else hold(request, cursor);
            }
            case "/events" -> {
                response.setContentType("text/event-stream;charset=UTF-8");
                response.setHeader("Cache-Control", "no-store");
                request.startAsync().setTimeout(0);
                PrintWriter stream = response.getWriter();
                items.tailMap(cursor, false).forEach((id, line) -> stream.write(event(id, line)));
                response.flushBuffer();
                streams.add(stream);
            }
            default -> response.sendError(404);
        }
    }

    synchronized void publish(String line) {
        long sequence = newest() + 1;
        items.put(sequence, line);
        items.remove(sequence - HISTORY);
        for (Poll poll : List.copyOf(polls)) poll.end();
        streams.forEach(stream -> stream.write(event(sequence, line)));
        streams.removeIf(PrintWriter::checkError); // flushes too
    }

    private long newest() { return items.isEmpty() ? 0 : items.lastKey(); }

    private long cursor(HttpServletRequest request) {
        String id = request.getHeader("Last-Event-ID"), after = request.getParameter("after");
        return id != null ? Long.parseLong(id) : after != null ? Long.parseLong(after) : newest();
    }

    private static String event(long id, String line) { return "id: " + id + "\ndata: " + line + "\n\n"; }

    private void answer(HttpServletResponse response, long cursor) throws IOException {
        var lines = items.tailMap(cursor, false).values();
        response.setStatus(lines.isEmpty() ? 204 : 200);
        if (lines.isEmpty()) return;
        response.setContentType("text/plain;charset=UTF-8");
        response.getWriter().write(String.join("\n", lines) + "\n");
    }

    private void hold(HttpServletRequest request, long cursor) {
        String hold = Objects.requireNonNullElse(request.getParameter("hold"), "25000ms");
        var poll = new Poll(request.startAsync(), cursor);
        poll.context.setTimeout(Long.parseLong(hold.replace("ms", "")));
        poll.context.addListener(poll);
        polls.add(poll);
    }

    /** A held poll. */
    private class Poll implements AsyncListener {
        private final AsyncContext context;
        private final long cursor;

        Poll(AsyncContext context, long cursor) {
            this.context = context;
            this.cursor = cursor;
        }

        @Override public void onTimeout(AsyncEvent event) { end(); }
        @Override public void onError(AsyncEvent event) { synchronized (Requests.this) { polls.remove(this); } }
        @Override public void onComplete(AsyncEvent event) {}
        @Override public void onStartAsync(AsyncEvent event) {}

        void end() {
            synchronized (Requests.this) {
                if (!polls.remove(this)) return;
                try {
                    answer((HttpServletResponse) context.getResponse(), cursor);
                    context.complete();
                } catch (IOException | IllegalStateException gone) {
                    // The client has closed its connection.
                }
            }
        }
    }
}
