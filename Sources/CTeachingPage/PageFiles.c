// The C compiler embeds the files, because the Swift compiler takes half a minute for arrays of this length.
#include "CTeachingPage.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char card_js[] = {
#embed "../TeachingPage/Page/card.js"
};
static const unsigned char clock_js[] = {
#embed "../TeachingPage/Page/clock.js"
};
static const unsigned char controls_js[] = {
#embed "../TeachingPage/Page/controls.js"
};
static const unsigned char csv_js[] = {
#embed "../TeachingPage/Page/csv.js"
};
static const unsigned char dom_js[] = {
#embed "../TeachingPage/Page/dom.js"
};
static const unsigned char driver_js[] = {
#embed "../TeachingPage/Page/driver.js"
};
static const unsigned char examples_js[] = {
#embed "../TeachingPage/Page/examples.js"
};
static const unsigned char explained_js[] = {
#embed "../TeachingPage/Page/explained.js"
};
static const unsigned char export_js[] = {
#embed "../TeachingPage/Page/export.js"
};
static const unsigned char figures_js[] = {
#embed "../TeachingPage/Page/figures.js"
};
static const unsigned char histogram_js[] = {
#embed "../TeachingPage/Page/histogram.js"
};
static const unsigned char icon_svg[] = {
#embed "../TeachingPage/Page/icon.svg"
};
static const unsigned char index_html[] = {
#embed "../TeachingPage/Page/index.html"
};
static const unsigned char inspector_js[] = {
#embed "../TeachingPage/Page/inspector.js"
};
static const unsigned char item_js[] = {
#embed "../TeachingPage/Page/item.js"
};
static const unsigned char lane_js[] = {
#embed "../TeachingPage/Page/lane.js"
};
static const unsigned char lanes_view_js[] = {
#embed "../TeachingPage/Page/lanes-view.js"
};
static const unsigned char language_js[] = {
#embed "../TeachingPage/Page/language.js"
};
static const unsigned char layers_js[] = {
#embed "../TeachingPage/Page/layers.js"
};
static const unsigned char main_js[] = {
#embed "../TeachingPage/Page/main.js"
};
static const unsigned char memory_js[] = {
#embed "../TeachingPage/Page/memory.js"
};
static const unsigned char messages_js[] = {
#embed "../TeachingPage/Page/messages.js"
};
static const unsigned char page_css[] = {
#embed "../TeachingPage/Page/page.css"
};
static const unsigned char paint_js[] = {
#embed "../TeachingPage/Page/paint.js"
};
static const unsigned char phrases_js[] = {
#embed "../TeachingPage/Page/phrases.js"
};
static const unsigned char phrases_zh_js[] = {
#embed "../TeachingPage/Page/phrases.zh.js"
};
static const unsigned char picture_js[] = {
#embed "../TeachingPage/Page/picture.js"
};
static const unsigned char polls_js[] = {
#embed "../TeachingPage/Page/polls.js"
};
static const unsigned char predict_js[] = {
#embed "../TeachingPage/Page/predict.js"
};
static const unsigned char server_js[] = {
#embed "../TeachingPage/Page/server.js"
};
static const unsigned char session_js[] = {
#embed "../TeachingPage/Page/session.js"
};
static const unsigned char shapes_js[] = {
#embed "../TeachingPage/Page/shapes.js"
};
static const unsigned char streams_js[] = {
#embed "../TeachingPage/Page/streams.js"
};
static const unsigned char strings_en_js[] = {
#embed "../TeachingPage/Page/strings.en.js"
};
static const unsigned char strings_zh_js[] = {
#embed "../TeachingPage/Page/strings.zh.js"
};
static const unsigned char tables_js[] = {
#embed "../TeachingPage/Page/tables.js"
};
static const unsigned char tabs_js[] = {
#embed "../TeachingPage/Page/tabs.js"
};
static const unsigned char units_js[] = {
#embed "../TeachingPage/Page/units.js"
};

#define FILE(name, bytes) {name, bytes, sizeof bytes}

static const struct pushlab_page_file files[] = {
    FILE("card.js", card_js),
    FILE("clock.js", clock_js),
    FILE("controls.js", controls_js),
    FILE("csv.js", csv_js),
    FILE("dom.js", dom_js),
    FILE("driver.js", driver_js),
    FILE("examples.js", examples_js),
    FILE("explained.js", explained_js),
    FILE("export.js", export_js),
    FILE("figures.js", figures_js),
    FILE("histogram.js", histogram_js),
    FILE("icon.svg", icon_svg),
    FILE("index.html", index_html),
    FILE("inspector.js", inspector_js),
    FILE("item.js", item_js),
    FILE("lane.js", lane_js),
    FILE("lanes-view.js", lanes_view_js),
    FILE("language.js", language_js),
    FILE("layers.js", layers_js),
    FILE("main.js", main_js),
    FILE("memory.js", memory_js),
    FILE("messages.js", messages_js),
    FILE("page.css", page_css),
    FILE("paint.js", paint_js),
    FILE("phrases.js", phrases_js),
    FILE("phrases.zh.js", phrases_zh_js),
    FILE("picture.js", picture_js),
    FILE("polls.js", polls_js),
    FILE("predict.js", predict_js),
    FILE("server.js", server_js),
    FILE("session.js", session_js),
    FILE("shapes.js", shapes_js),
    FILE("streams.js", streams_js),
    FILE("strings.en.js", strings_en_js),
    FILE("strings.zh.js", strings_zh_js),
    FILE("tables.js", tables_js),
    FILE("tabs.js", tabs_js),
    FILE("units.js", units_js),
    {0},
};

const struct pushlab_page_file *pushlab_page_files(void) {
    return files;
}
