// Jetty, embedded: each line of standard input goes to every client; WebSocket by Jetty's own API.
// Follows Jetty 9.4's documentation, "Embedding Jetty" and "Jetty WebSocket API" (https://jetty.org/docs/).
// permessage-deflate is unregistered, and there is no GzipHandler. Jetty sets TCP_NODELAY; one write per item.
import java.io.*;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.servlet.ServletContextHandler;
import org.eclipse.jetty.servlet.ServletHolder;
import org.eclipse.jetty.websocket.api.Session;
import org.eclipse.jetty.websocket.api.WebSocketAdapter;
import org.eclipse.jetty.websocket.servlet.WebSocketServlet;
import org.eclipse.jetty.websocket.servlet.WebSocketServletFactory;

public class Feed {
    private static final Set<Session> sockets = ConcurrentHashMap.newKeySet();

    public static class Socket extends WebSocketAdapter {
        @Override
        public void onWebSocketConnect(Session session) {
            super.onWebSocketConnect(session);
            sockets.add(session);
        }

        @Override
        public void onWebSocketClose(int code, String reason) {
            sockets.remove(getSession());
            super.onWebSocketClose(code, reason);
        }
    }

    public static class Sockets extends WebSocketServlet {
        @Override
        public void configure(WebSocketServletFactory factory) {
            factory.getExtensionFactory().unregister("permessage-deflate");
            factory.getPolicy().setIdleTimeout(0);
            factory.register(Socket.class);
        }
    }

    public static void main(String[] arguments) throws Exception {
        var server = new Server();
        var connector = new ServerConnector(server);
        connector.setHost("127.0.0.1");
        connector.setPort(Integer.parseInt(arguments[0]));
        connector.setAcceptQueueSize(1024);
        server.addConnector(connector);
        var requests = new Requests();
        var context = new ServletContextHandler();
        context.addServlet(Sockets.class, "/ws");
        var holder = new ServletHolder(requests);
        holder.setAsyncSupported(true);
        context.addServlet(holder, "/");
        server.setHandler(context);
        server.start();
        var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line; (line = lines.readLine()) != null;) {
            requests.publish(line);
            for (Session socket : sockets) socket.getRemote().sendStringByFuture(line);
        }
        System.exit(0);
    }
}
