/* The same with GMime: parse every message of a list of files, read its header, decode all its parts. One thread.
   Usage: gmime-bench ROUNDS < list of files; prints seconds of processor time. */
#include <gmime/gmime.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static size_t decoded;

static void decode(GMimeObject *parent, GMimeObject *part, gpointer sink) {
    (void)parent;
    if (GMIME_IS_PART(part)) {
        GMimeDataWrapper *content = g_mime_part_get_content(GMIME_PART(part));
        if (content) {
            gssize written = g_mime_data_wrapper_write_to_stream(content, sink);
            if (written > 0) decoded += (size_t)written;
        }
    } else if (GMIME_IS_MESSAGE_PART(part)) {
        GMimeMessage *inner = g_mime_message_part_get_message(GMIME_MESSAGE_PART(part));
        if (inner) g_mime_message_foreach(inner, decode, sink);
    }
}

int main(int argc, char **argv) {
    char path[4096];
    char **octets = NULL;
    size_t *sizes = NULL, count = 0;
    int rounds = argc > 1 ? atoi(argv[1]) : 1;
    g_mime_init();
    while (fgets(path, sizeof path, stdin)) {
        path[strcspn(path, "\n")] = 0;
        FILE *file = fopen(path, "rb");
        if (!file) continue;
        fseek(file, 0, SEEK_END);
        size_t size = (size_t)ftell(file);
        rewind(file);
        octets = realloc(octets, (count + 1) * sizeof *octets);
        sizes = realloc(sizes, (count + 1) * sizeof *sizes);
        octets[count] = malloc(size + 1);
        sizes[count] = fread(octets[count], 1, size, file);
        count++;
        fclose(file);
    }
    GMimeStream *sink = g_mime_stream_null_new();
    clock_t start = clock();
    for (int round = 0; round < rounds; round++) {
        for (size_t i = 0; i < count; i++) {
            GMimeStream *stream = g_mime_stream_mem_new_with_buffer(octets[i], sizes[i]);
            GMimeParser *parser = g_mime_parser_new_with_stream(stream);
            GMimeMessage *message = g_mime_parser_construct_message(parser, NULL);
            if (message) {
                g_mime_message_get_subject(message);
                g_mime_message_get_from(message);
                g_mime_message_get_to(message);
                g_mime_message_get_cc(message);
                g_mime_message_get_date(message);
                g_mime_message_get_message_id(message);
                g_mime_message_foreach(message, decode, sink);
                g_object_unref(message);
            }
            g_object_unref(parser);
            g_object_unref(stream);
        }
    }
    printf("gmime %f s, %zu messages, %zu decoded\n", (double)(clock() - start) / CLOCKS_PER_SEC, count,
           decoded / (size_t)(rounds ? rounds : 1));
    return 0;
}
