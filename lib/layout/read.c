/* SPDX-License-Identifier: MIT */
/*
 * Layout files (coil-layout(5)) into struct coil_layout: a file, and those that
 * it is like, down to one that is whole or compiled in.
 */

#include "image/file.h"
#include "image/root.h"
#include "layout/table.h"
#include "layout/tree.h"

#include <errno.h>
#include <stdlib.h>

/* Files of which each is like the next. */
#define LIKE_MAX 32u

static void layout_guard(struct coil_layout **layout)
{
	coil_layout_free(*layout);
}
#define _cleanup_layout_ __attribute__((cleanup(layout_guard)))

static void file_guard(FILE **file)
{
	if (*file)
		(void)!fclose(*file);
}
#define _cleanup_file_ __attribute__((cleanup(file_guard)))

static void free_roots(const struct coil_layout_root *roots, uint32_t count)
{
	for (uint32_t i = 0; roots && i < count; i++)
		free((char *)(uintptr_t)roots[i].name);
	free((struct coil_layout_root *)(uintptr_t)roots);
}

static void free_one(struct coil_layout *layout)
{
	free_roots(layout->interpreter_roots, layout->interpreter_root_count);
	free_roots(layout->thread_roots, layout->thread_root_count);
	free((char *)(uintptr_t)layout->name);
	free((char *)(uintptr_t)layout->source);
	free((uint32_t *)(uintptr_t)layout->proved);
	free(layout);
}

static bool is_compiled_in(const struct coil_layout *layout)
{
	for (size_t i = 0; i < coil_layout_count; i++) {
		if (coil_layouts[i] == layout)
			return true;
	}
	return false;
}

void coil_layout_free(const struct coil_layout *layout)
{
	while (layout && !is_compiled_in(layout)) {
		const struct coil_layout *like = layout->like;

		free_one((struct coil_layout *)(uintptr_t)layout);
		layout = like;
	}
}

/* The layout that @root says, as a change of @like, or whole (NULL). */
static enum coil_status read_layout(json_t *root,
				    const struct coil_layout *like,
				    struct coil_layout **out,
				    struct coil_error *err)
{
	_cleanup_json_ json_t *tree =
		like ? coil_layout_tree(like) : json_object();
	_cleanup_layout_ struct coil_layout *layout = malloc(sizeof(*layout));
	enum coil_status st;

	if (!layout || !tree)
		return coil_fail(err, COIL_E_NOMEM, "out of memory");
	coil_layout_clear(layout);
	if (!coil_tree_apply(tree, root))
		return coil_fail(err, COIL_E_NOMEM, "out of memory");
	st = coil_layout_read_head(layout, root, err);
	if (st == COIL_OK)
		st = coil_layout_from_tree(layout, tree, err);
	if (st == COIL_OK)
		*out = steal(layout);
	return st;
}

/* A file, and those that it is like, each the next; @like: the layout compiled
 * in that the last is like, NULL where it is whole. */
struct chain {
	struct {
		char *path;
		json_t *root;
	} file[LIKE_MAX];
	size_t count;
	const struct coil_layout *like;
};

static void chain_guard(struct chain *chain)
{
	for (size_t i = 0; i < chain->count; i++) {
		free(chain->file[i].path);
		json_decref(chain->file[i].root);
	}
}
#define _cleanup_chain_ __attribute__((cleanup(chain_guard)))

/* Adds the file at @path, which becomes the chain's.  COIL_E_NOT_FOUND: there
 * is no such file. */
static enum coil_status load(struct chain *chain, char *path,
			     struct coil_error *err)
{
	_cleanup_free_ char *owned = path;
	_cleanup_close_ int fd = path ? coil_file_open(path) : -1;
	_cleanup_file_ FILE *file = fd < 0 ? NULL : fdopen(fd, "r");
	_cleanup_json_ json_t *root = NULL;
	json_error_t where;

	if (!path)
		return coil_fail(err, COIL_E_NOMEM, "out of memory");
	if (!file)
		return coil_fail_file(
			err, errno == ENOENT ? COIL_E_NOT_FOUND : COIL_E_OS,
			path, "%s", coil_open_words(errno));
	steal_fd(&fd); /* the stream closes it */
	root = json_loadf(file, JSON_REJECT_DUPLICATES, &where);
	if (!root)
		return coil_about_file(err,
				       coil_fail(err, COIL_E_BAD_DATA,
						 "%s:%d: %s", path, where.line,
						 where.text),
				       path);
	if (!json_is_object(root))
		return coil_fail_file(err, COIL_E_BAD_DATA, path,
				      "not a JSON object");
	chain->file[chain->count].path = steal(owned);
	chain->file[chain->count++].root = steal(root);
	return COIL_OK;
}

/* The file called @name in the folder of that at @path; NULL: no memory. */
static char *path_beside(const char *path, const char *name)
{
	const char *slash = strrchr(path, '/');
	size_t folder = slash ? (size_t)(slash - path) + 1 : 0;
	size_t size = folder + strlen(name) + sizeof(".json");
	char *beside = malloc(size);

	if (beside)
		snprintf(beside, size, "%.*s%s.json", (int)folder, path, name);
	return beside;
}

/*
 * Adds the file called @like in the folder of that at @path; else the layout
 * compiled in of that name ends the chain.
 */
static enum coil_status load_like(struct chain *chain, const char *path,
				  const char *like, struct coil_error *err)
{
	_cleanup_free_ char *beside = NULL;
	enum coil_status st;

	if (!like || !*like || *like == '.' || strchr(like, '/'))
		return coil_fail_file(err, COIL_E_BAD_DATA, path,
				      "like is no layout's name");
	beside = path_beside(path, like);
	if (!beside)
		return coil_fail(err, COIL_E_NOMEM, "out of memory");
	for (size_t i = 0; i < chain->count; i++) {
		if (strcmp(beside, chain->file[i].path) == 0)
			return coil_fail(err, COIL_E_BAD_DATA,
					 "%s is like itself", beside);
	}
	if (chain->count == LIKE_MAX)
		return coil_fail_file(err, COIL_E_BAD_DATA, path,
				      "more than %u files, each like the next",
				      LIKE_MAX);
	st = load(chain, steal(beside), err);
	if (st != COIL_E_NOT_FOUND)
		return st;
	chain->like = coil_layout_named(like);
	return chain->like
		       ? COIL_OK
		       : coil_fail_file(err, COIL_E_BAD_DATA, path,
					"like \"%.64s\", which is neither in "
					"its folder nor known",
					like);
}

/* Adds what the last file of the chain is like, and so on. */
static enum coil_status load_rest(struct chain *chain, struct coil_error *err)
{
	enum coil_status st = COIL_OK;

	while (st == COIL_OK && !chain->like) {
		const json_t *like = json_object_get(
			chain->file[chain->count - 1].root, "like");

		if (!like)
			break;
		st = load_like(chain, chain->file[chain->count - 1].path,
			       json_string_value(like), err);
	}
	return st;
}

/* A file that another is like bears the name by which it was found. */
static enum coil_status check_name(const struct chain *chain, size_t i,
				   const struct coil_layout *layout,
				   struct coil_error *err)
{
	const char *like = i ? json_string_value(json_object_get(
				       chain->file[i - 1].root, "like"))
			     : layout->name;

	return strcmp(like, layout->name) == 0
		       ? COIL_OK
		       : coil_fail_file(err, COIL_E_BAD_DATA,
					chain->file[i].path,
					"name is \"%.64s\"", layout->name);
}

/* The layout that the chain makes, each file a change of the next. */
static enum coil_status read_chain(const struct chain *chain,
				   const struct coil_layout **out,
				   struct coil_error *err)
{
	const struct coil_layout *like = chain->like;
	enum coil_status st = COIL_OK;

	for (size_t i = chain->count; st == COIL_OK && i--;) {
		struct coil_error why = {.status = COIL_OK};
		struct coil_layout *layout = NULL;

		st = read_layout(chain->file[i].root, like, &layout, &why);
		if (st != COIL_OK) {
			(void)coil_fail_file(err, st, chain->file[i].path, "%s",
					     why.text);
			break;
		}
		layout->like = like;
		like = layout;
		st = check_name(chain, i, layout, err);
	}
	if (st == COIL_OK)
		*out = like;
	else
		coil_layout_free(like);
	return st;
}

enum coil_status coil_layout_read(const char *path, struct coil_layout **out,
				  struct coil_error *err)
{
	_cleanup_chain_ struct chain chain = {.count = 0};
	const struct coil_layout *layout = NULL;
	enum coil_status st = load(&chain, strdup(path), err);

	if (st == COIL_E_NOT_FOUND)
		return coil_fail_file(err, COIL_E_OS, path, "%s",
				      coil_open_words(ENOENT));
	if (st == COIL_OK)
		st = load_rest(&chain, err);
	if (st == COIL_OK)
		st = read_chain(&chain, &layout, err);
	if (st == COIL_OK) /* not compiled in: the chain has a file */
		*out = (struct coil_layout *)(uintptr_t)layout;
	return st;
}

enum coil_status coil_layout_read_like(const char *path, const char *name,
				       const struct coil_layout **out,
				       struct coil_error *err)
{
	_cleanup_chain_ struct chain chain = {.count = 0};
	enum coil_status st = load_like(&chain, path, name, err);

	if (st == COIL_OK)
		st = load_rest(&chain, err);
	return st == COIL_OK ? read_chain(&chain, out, err) : st;
}
