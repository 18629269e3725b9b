// The C compiler embeds the files, because the Swift compiler takes half a minute for arrays of this length.
#include "CTeachingPage.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

static const struct pushlab_page_file files[] = {
    {"card.js", (const unsigned char[]){
#embed "../TeachingPage/Page/card.js" suffix(, 0)
    }},
    {"clock.js", (const unsigned char[]){
#embed "../TeachingPage/Page/clock.js" suffix(, 0)
    }},
    {"controls.js", (const unsigned char[]){
#embed "../TeachingPage/Page/controls.js" suffix(, 0)
    }},
    {"csv.js", (const unsigned char[]){
#embed "../TeachingPage/Page/csv.js" suffix(, 0)
    }},
    {"dom.js", (const unsigned char[]){
#embed "../TeachingPage/Page/dom.js" suffix(, 0)
    }},
    {"driver.js", (const unsigned char[]){
#embed "../TeachingPage/Page/driver.js" suffix(, 0)
    }},
    {"examples.js", (const unsigned char[]){
#embed "../TeachingPage/Page/examples.js" suffix(, 0)
    }},
    {"explained.js", (const unsigned char[]){
#embed "../TeachingPage/Page/explained.js" suffix(, 0)
    }},
    {"export.js", (const unsigned char[]){
#embed "../TeachingPage/Page/export.js" suffix(, 0)
    }},
    {"figures.js", (const unsigned char[]){
#embed "../TeachingPage/Page/figures.js" suffix(, 0)
    }},
    {"histogram.js", (const unsigned char[]){
#embed "../TeachingPage/Page/histogram.js" suffix(, 0)
    }},
    {"icon.svg", (const unsigned char[]){
#embed "../TeachingPage/Page/icon.svg" suffix(, 0)
    }},
    {"index.html", (const unsigned char[]){
#embed "../TeachingPage/Page/index.html" suffix(, 0)
    }},
    {"inspector.js", (const unsigned char[]){
#embed "../TeachingPage/Page/inspector.js" suffix(, 0)
    }},
    {"item.js", (const unsigned char[]){
#embed "../TeachingPage/Page/item.js" suffix(, 0)
    }},
    {"lane.js", (const unsigned char[]){
#embed "../TeachingPage/Page/lane.js" suffix(, 0)
    }},
    {"lanes-view.js", (const unsigned char[]){
#embed "../TeachingPage/Page/lanes-view.js" suffix(, 0)
    }},
    {"language.js", (const unsigned char[]){
#embed "../TeachingPage/Page/language.js" suffix(, 0)
    }},
    {"layers.js", (const unsigned char[]){
#embed "../TeachingPage/Page/layers.js" suffix(, 0)
    }},
    {"line-ends.js", (const unsigned char[]){
#embed "../TeachingPage/Page/line-ends.js" suffix(, 0)
    }},
    {"main.js", (const unsigned char[]){
#embed "../TeachingPage/Page/main.js" suffix(, 0)
    }},
    {"memory.js", (const unsigned char[]){
#embed "../TeachingPage/Page/memory.js" suffix(, 0)
    }},
    {"messages.js", (const unsigned char[]){
#embed "../TeachingPage/Page/messages.js" suffix(, 0)
    }},
    {"page.css", (const unsigned char[]){
#embed "../TeachingPage/Page/page.css" suffix(, 0)
    }},
    {"paint.js", (const unsigned char[]){
#embed "../TeachingPage/Page/paint.js" suffix(, 0)
    }},
    {"phrases.js", (const unsigned char[]){
#embed "../TeachingPage/Page/phrases.js" suffix(, 0)
    }},
    {"phrases.zh.js", (const unsigned char[]){
#embed "../TeachingPage/Page/phrases.zh.js" suffix(, 0)
    }},
    {"picture.js", (const unsigned char[]){
#embed "../TeachingPage/Page/picture.js" suffix(, 0)
    }},
    {"polls.js", (const unsigned char[]){
#embed "../TeachingPage/Page/polls.js" suffix(, 0)
    }},
    {"predict.js", (const unsigned char[]){
#embed "../TeachingPage/Page/predict.js" suffix(, 0)
    }},
    {"server.js", (const unsigned char[]){
#embed "../TeachingPage/Page/server.js" suffix(, 0)
    }},
    {"session.js", (const unsigned char[]){
#embed "../TeachingPage/Page/session.js" suffix(, 0)
    }},
    {"shapes.js", (const unsigned char[]){
#embed "../TeachingPage/Page/shapes.js" suffix(, 0)
    }},
    {"streams.js", (const unsigned char[]){
#embed "../TeachingPage/Page/streams.js" suffix(, 0)
    }},
    {"strings.en.js", (const unsigned char[]){
#embed "../TeachingPage/Page/strings.en.js" suffix(, 0)
    }},
    {"strings.zh.js", (const unsigned char[]){
#embed "../TeachingPage/Page/strings.zh.js" suffix(, 0)
    }},
    {"tables.js", (const unsigned char[]){
#embed "../TeachingPage/Page/tables.js" suffix(, 0)
    }},
    {"tabs.js", (const unsigned char[]){
#embed "../TeachingPage/Page/tabs.js" suffix(, 0)
    }},
    {"units.js", (const unsigned char[]){
#embed "../TeachingPage/Page/units.js" suffix(, 0)
    }},
    {0},
};

const struct pushlab_page_file *pushlab_page_files(void) {
    return files;
}
