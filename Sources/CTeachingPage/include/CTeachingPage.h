#ifndef PUSHLAB_CTEACHINGPAGE_H
#define PUSHLAB_CTEACHINGPAGE_H

/// A file of the teaching page as it was when the program was built.
struct pushlab_page_file {
    const char *name;           ///< Such as `main.js`.
    const unsigned char *text;  ///< A byte of 0 follows the last.
};

/// All files; one without a name follows the last.
const struct pushlab_page_file *pushlab_page_files(void);

#endif
