/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * CSV in, every row classified by a trained model, CSV out.
 *
 * The public interface of libgpuclassify. A program opens a model and an engine and runs
 * jobs with them:
 *
 *     struct gpuc_error error;
 *     struct gpuc_model *model = NULL;
 *     struct gpuc_engine *engine = NULL;
 *     if (gpuc_model_open("model.ubj", NULL, &model, &error) != GPUC_OK ||
 *         gpuc_engine_open("auto", &engine, &error) != GPUC_OK)
 *         die(error.message);
 *     struct gpuc_job_options options = GPUC_JOB_OPTIONS_INIT;
 *     options.input_path = "in.csv";
 *     options.output_path = "out.csv";
 *     if (gpuc_job_run(model, engine, &options, NULL, &error) != GPUC_OK)
 *         die(error.message);
 *
 * Rows that are in memory need no file: see gpuc_scorer_open() for columns of values, and
 * `read` and `write` of struct gpuc_job_options for CSV.
 *
 * The library never prints, exits, aborts or installs signal handlers, and keeps no
 * global state. Models are immutable: any number of jobs and scorers on any threads may
 * share one. An engine runs one job, or any number of scorers, at a time.
 *
 * Structs that a program fills begin as `{0}`, or `{}` in C++, and the options of jobs as
 * GPUC_JOB_OPTIONS_INIT: what later versions add to them is then as if it were not there.
 */
#ifndef GPUCLASSIFY_H
#define GPUCLASSIFY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The version that this header is of; gpuc_version() is that of the library that runs. */
#define GPUC_VERSION_MAJOR 0 /**< as in "0.1.2": what programs must be changed for */
#define GPUC_VERSION_MINOR 1 /**< while the major version is 0, the same; else: more */
#define GPUC_VERSION_PATCH 0 /**< mended, with the same interface */

/* What the compiler is told of a function. */
#if defined(__GNUC__)
#  define GPUC_PUBLIC __attribute__((visibility("default")))  /**< is in the library */
#  define GPUC_MUST_CHECK __attribute__((warn_unused_result)) /**< may fail */
#else
#  define GPUC_PUBLIC
#  define GPUC_MUST_CHECK
#endif

/** What a fallible call returns. Outputs, `ret_...`, are untouched unless it is GPUC_OK.
 */
enum gpuc_status {
    GPUC_OK = 0,
    GPUC_EDATA,     /**< the input breaks a rule of its format */
    GPUC_EIO,       /**< the operating system refused to read or write */
    GPUC_EPIPE,     /**< whoever read the output has gone away */
    GPUC_ENOMEM,    /**< out of memory */
    GPUC_EUSAGE,    /**< an option or a combination of options makes no sense */
    GPUC_EMODEL,    /**< the model is unknown, broken or not supported */
    GPUC_EDEVICE,   /**< the device is unknown, unusable, or failed */
    GPUC_ECANCELLED /**< the caller asked the job to stop */
};

/** Why a call failed. Owned by the caller; every call accepts NULL instead. */
struct gpuc_error {
    enum gpuc_status status; /**< what the call returned */
    uint64_t
        line; /**< of the input that is at fault, or row of columns, from 1; 0: none */
    char message[1024]; /**< one line, no final newline, with file and line where known */
};

/** The version of the library, as "1.2.3". */
GPUC_PUBLIC const char *gpuc_version(void);

/* ---- models --------------------------------------------------------------------- */

/**
 * @struct gpuc_model
 * A model that is open; immutable.
 */
struct gpuc_model;

/** How a model is read. */
struct gpuc_model_options {
    const char *format; /**< "xgboost-json", "xgboost-ubjson" or "lightgbm"; NULL: found
                           from the file's content */
    /** Boosting rounds to use: "A:B" (from A to before B), "all" or "best" (up to the
     * best one where the file records it, else all). NULL: best. */
    const char *iterations;
    bool with_gains; /**< read the gains of splits too, for what looks at the model */
};

/**
 * Opens a model. `spec` is the path of a model file, or names a built-in: "blackbox",
 * "blackbox:py2" or "blackbox:py3", optionally followed by parameters as in
 * "blackbox:py3,slowness=0". A file that is called like a built-in needs a path:
 * ./blackbox. `options` may be NULL. Fails with GPUC_EMODEL, GPUC_EIO, GPUC_EUSAGE
 * (options), GPUC_ENOMEM. Free it after the last job that uses it has returned.
 */
GPUC_PUBLIC enum gpuc_status gpuc_model_open(const char *spec,
                                             const struct gpuc_model_options *options,
                                             struct gpuc_model **ret_model,
                                             struct gpuc_error *error) GPUC_MUST_CHECK;

/** Frees a model; NULL is fine. */
GPUC_PUBLIC void gpuc_model_free(struct gpuc_model *model);

/* ---- devices and engines -------------------------------------------------------- */

/** One device that an engine of this library could drive. */
struct gpuc_device {
    char name[64];  /**< what `--device` takes: "avx2", "opencl:0.1", "opencl:0.0+avx2" */
    char alias[24]; /**< a second name, such as "opencl-gpu"; empty: none */
    char summary[160];       /**< what it is, for people */
    char reason[160];        /**< why it is not usable; empty if it is */
    bool usable;             /**< as far as can be told without opening it */
    uint32_t platform_index; /**< of OpenCL; 0 elsewhere */
    uint32_t device_index;   /**< in the platform; 0 elsewhere */
};

/** The devices of this machine. */
struct gpuc_device_list {
    size_t n_devices;               /**< that are listed */
    struct gpuc_device devices[64]; /**< best first, scalar last */
};

/**
 * Lists the devices of this machine, usable or not. Names in the environment variable
 * GPUCLASSIFY_DISABLE (comma-separated engine or device names) are listed as not usable.
 * Fails with GPUC_EUSAGE where that variable holds a name that no engine has.
 */
GPUC_PUBLIC enum gpuc_status gpuc_devices_list(struct gpuc_device_list *ret_list,
                                               struct gpuc_error *error) GPUC_MUST_CHECK;

/**
 * Opens a device of gpuc_devices_list() to see whether it passes its known-answer
 * self-test, and closes it. Fails with GPUC_EDEVICE and the reason.
 */
GPUC_PUBLIC enum gpuc_status gpuc_device_check(const struct gpuc_device *device,
                                               struct gpuc_error *error) GPUC_MUST_CHECK;

/**
 * @struct gpuc_engine
 * A device that is open, or several.
 */
struct gpuc_engine;

/**
 * Opens an engine and runs its known-answer self-test. `device_name`:
 *
 * - a name or alias of gpuc_devices_list(), "cpu" (the fastest CPU engine that passes) or
 *   "gpu" (the first OpenCL GPU);
 * - several of these, as "gpu+cpu": devices that share the rows of a job;
 * - "all": every OpenCL device that is no CPU, and "cpu";
 * - "auto": the CPU, a GPU or both, whatever is fastest for the purpose; without one, an
 *   OpenCL GPU with memory of its own, else as "cpu". If a GPU that was chosen so fails
 *   in a job, the CPU does the rest.
 *
 * Fails with GPUC_EDEVICE and a message that lists the usable devices, or with
 * GPUC_EUSAGE for a list that makes no sense, as one with a device twice.
 */
GPUC_PUBLIC enum gpuc_status gpuc_engine_open(const char *device_name,
                                              struct gpuc_engine **ret_engine,
                                              struct gpuc_error *error) GPUC_MUST_CHECK;

/** What an engine is opened for, so that "auto" can choose what is fastest for it. */
struct gpuc_engine_purpose {
    /** The self-test keeps to its kind; NULL: not known. */
    const struct gpuc_model *model;
    uint64_t input_bytes; /**< of all jobs together; 0: not known, maybe many */
    uint32_t n_threads;   /**< that jobs will run with; 0: one a core */
};

/** As gpuc_engine_open(), for a purpose. */
GPUC_PUBLIC enum gpuc_status
gpuc_engine_open_for(const char *device_name, const struct gpuc_engine_purpose *purpose,
                     struct gpuc_engine **ret_engine, struct gpuc_error *error)
    GPUC_MUST_CHECK;

/**
 * The device that an open engine drives, or what several of them are called together;
 * valid until the engine is closed. Where "auto", "all" or "cpu" passed over a device
 * that failed, its `reason` says which and why.
 */
GPUC_PUBLIC const struct gpuc_device *
gpuc_engine_device(const struct gpuc_engine *engine);

/** What was chosen and why, where there was a choice: one line for people; empty where a
 * device was named. Valid until the engine is closed. */
GPUC_PUBLIC const char *gpuc_engine_choice(const struct gpuc_engine *engine);

/** Closes an engine; NULL is fine. */
GPUC_PUBLIC void gpuc_engine_close(struct gpuc_engine *engine);

/* ---- jobs ----------------------------------------------------------------------- */

/** How far a running job is. */
struct gpuc_progress {
    unsigned pass;        /**< from 1: some jobs read their input more than once */
    unsigned n_passes;    /**< in all */
    uint64_t rows;        /**< rows finished in this pass */
    uint64_t bytes;       /**< bytes of CSV finished in this pass */
    uint64_t file_bytes;  /**< the same as files have them: packed where they are, */
    uint64_t total_bytes; /**< of so many; 0: not known, as of a pipe */
};

/** Seconds of work by stage, summed over all threads. */
struct gpuc_stage_seconds {
    double read;     /**< reading input and cutting it into batches */
    double survey;   /**< the first pass: checking the input, finding column types */
    double parse;    /**< finding the fields of the records */
    double encode;   /**< making the engine's input from the fields */
    double classify; /**< the engine */
    double format;   /**< making the output's text */
    double write;    /**< writing it */
};

/** What can be wrong with a row that a job goes on after. */
enum gpuc_bad_row {
    GPUC_BAD_N_FIELDS,   /**< more or fewer than the header */
    GPUC_BAD_QUOTES,     /**< text behind a closing quote */
    GPUC_BAD_FIELD_SIZE, /**< a field of too many characters */
    GPUC_BAD_ENCODING,   /**< not UTF-8 */
    GPUC_BAD_VALUE,      /**< no number, or a category that training had not */
    GPUC_BAD_N_KINDS     /**< as many kinds there are */
};

/** The rows that were bad, if the job does not end at the first one. */
struct gpuc_bad_rows {
    uint64_t n_rows;                    /**< all of them, */
    uint64_t n_skipped;                 /**< of which so many are not in the output */
    uint64_t by_kind[GPUC_BAD_N_KINDS]; /**< n_rows by what is wrong first */
    uint64_t first_line;    /**< where the first one begins; 0: there is none */
    size_t first_input;     /**< the number of its input, from 0 */
    char first_reason[256]; /**< "column 'x4': 'hello' is not a number" */
};

/** What one device did in a job: sums over the workers that it served. */
struct gpuc_device_share {
    char name[24];           /**< as in struct gpuc_device */
    uint32_t n_workers;      /**< that it served */
    uint64_t rows;           /**< that it classified */
    uint64_t n_calls;        /**< of the engine, each with many rows */
    double seconds;          /**< in these calls, waiting included, of which: */
    double quantise_seconds; /**< making codes of features, on the host */
    double copy_seconds;     /**< to and from the device; its own clock */
    double kernel_seconds;   /**< on the device by its own clock, or of CPU kernels */
    uint64_t copied_bytes;   /**< to and from the device */
    bool lost;               /**< it failed, and others did the rest of its work */
};

enum { GPUC_DEVICE_SHARES_MAX = 16 /**< devices that a report has room for */ };

/** What a job did. */
struct gpuc_job_report {
    uint64_t rows; /**< read, those of the range that was asked for */
    /** In the output: without bad_rows.n_skipped, and those that a filter left out. */
    uint64_t rows_written;
    uint64_t input_bytes;              /**< of CSV text, unpacked */
    uint64_t output_bytes;             /**< written, packed ones if packed */
    uint32_t n_threads;                /**< worker threads that ran */
    uint32_t batch_rows;               /**< rows that the engine got at once, at most */
    struct gpuc_stage_seconds seconds; /**< that its threads spent */
    struct gpuc_bad_rows bad_rows;     /**< that it went on after */
    size_t n_shares;                   /**< devices that did the work: */
    struct gpuc_device_share shares[GPUC_DEVICE_SHARES_MAX]; /**< their parts of it */
    /** What a person should know of the run; empty: nothing. A device that fails is told
     * of once, in the report of that job. */
    char warning[256];
};

/** Whether the output has a header. Input columns without a name go by number, from 1. */
enum gpuc_output_header {
    GPUC_HEADER_AS_INPUT, /**< if the input has one */
    GPUC_HEADER_ALWAYS,   /**< it has */
    GPUC_HEADER_NEVER     /**< it has none */
};

/** A bin of the values of a score. */
struct gpuc_score_bin {
    /** Values from `low` to before `high`; where both are below 0, from after `low` to
     * `high`. The last bin of probabilities has 1 too. */
    double low;
    double high;       /**< see low; the outermost bins of other scores are open */
    uint64_t n_values; /**< in it */
};

/** How the values of a result column are spread. */
struct gpuc_score_statistics {
    char name[32];       /**< "proba", "margin_2", "pred" */
    bool is_probability; /**< from 0 to 1 by the model's formula */
    uint64_t n_values;   /**< all but NaN */
    uint64_t n_nan;      /**< NaN */
    double lowest;       /**< of the values; NaN: there is none */
    double highest;      /**< likewise */
    double mean; /**< their sum, rounded once, divided by their number, rounded once */
    /**
     * Bins, ascending. Of probabilities 50 of the same width: x is in bin floor(50 x).
     * Else those that are not empty of bins that are the same for all jobs: 16 of the
     * same width in each power of two, from 2^-24 to 2^40 on both sides, one between the
     * sides and one beyond each.
     */
    struct gpuc_score_bin *bins;
    size_t n_bins; /**< their number */
};

/** What is known of the values of a feature. */
struct gpuc_feature_statistics {
    char *name;         /**< of the input's column */
    uint64_t n_missing; /**< rows in which it is missing, or was taken as missing */
};

/**
 * What a job found in the rows that it classified, those among them that its output
 * leaves out. The same for every engine, number of threads and size of batches. Begin
 * with `{0}`; gpuc_job_statistics_done() frees it.
 */
struct gpuc_job_statistics {
    struct gpuc_feature_statistics *features; /**< in the model's order */
    size_t n_features;                        /**< 0 for the black box */
    uint64_t *labels; /**< rows by label, if it is among the results */
    size_t n_labels;  /**< labels that the model knows; 0: label is no result */
    bool
        is_multilabel; /**< labels[i] are the rows that have label i, maybe with others */
    /** Of the results proba, pred and margin, those that the job has. */
    struct gpuc_score_statistics *scores;
    size_t n_scores; /**< columns of these */
};

/** Frees what a job put there; zeroed statistics are fine. */
GPUC_PUBLIC void gpuc_job_statistics_done(struct gpuc_job_statistics *statistics);

/**
 * What a job is to do. Begin with GPUC_JOB_OPTIONS_INIT, which is a job from standard
 * input to standard output. Texts need only live while the job runs. Fields from
 * `no_header` to `format` are for models with features; the black box takes none
 * of these.
 */
struct gpuc_job_options {
    /** A file, maybe packed by gzip or zstd. "-" or NULL: standard input, unless `read`
     * is given. */
    const char *input_path;
    /** Several inputs as if they were one, in this order; in place of input_path. Each
     * has the same header. The black box takes one. */
    const char *const *input_paths;
    size_t n_input_paths; /**< 0: input_path is it */
    /** "-" or NULL: standard output, unless `write` is given. Packed if the name ends in
     * ".gz" or ".zst". */
    const char *output_path;
    /**
     * Only the rows for which all of this holds are written: comparisons of result
     * columns, made for output_columns or not, with numbers, as "proba>0.9 and label!=2",
     * with < <= > >= == and !=. The black box has pred. A value is compared as who reads
     * the output would do it: the number that its shortest text says, with this number,
     * both as float64; NaN is unequal to all and neither below nor above. NULL: all rows.
     */
    const char *filter;
    uint64_t skip_rows;  /**< rows of the inputs, counted together, before the first */
    bool has_limit;      /**< whether `limit_rows` says how many rows are read at most */
    uint64_t limit_rows; /**< bad ones are counted too; with has_limit */
    /** The part of the rows that is read, from 1, of so many parts with about the same
     * number of bytes; 0 of 0: all. What all parts write, one after another, is what a
     * job for all rows writes: only part 1 has a header. Not with skip_rows or a limit.
     * Parts of what comes through a pipe or is packed read all of it. */
    uint32_t shard;
    uint32_t n_shards; /**< see shard */
    /** An output or rejects file that is there already is an error: none is replaced. */
    bool no_clobber;
    /** Result columns, as "label,proba": pred, label, proba, margin, top, leaf; pred and
     * digest for the black box. NULL: the model's default. */
    const char *output_columns;
    /** "native", the fastest that this CPU has, one of these by its name (avx512, avx2,
     * sse42, portable), or "libcsv". NULL: native. */
    const char *csv_parser;

    bool no_header; /**< the first record is a row; columns go by number, from 1 */
    /** 0: a comma, or a tab where the inputs' names end in .tsv or .tab, also before .gz
     * or .zst; inputs that differ in this are an error. */
    char delimiter;
    char quote;          /**< 0: a double quote */
    bool no_quote;       /**< quotes are bytes like any other */
    char comment;        /**< records that begin with it are passed over; 0: none are */
    uint32_t skip_lines; /**< lines before the header that are no CSV */
    uint32_t max_field_chars; /**< a longer field is an error; 0: 131072 */
    /** Input columns to pass through: names as "id,name", "all" or "none". NULL: all. */
    const char *columns;
    const char *ignore;  /**< columns that are no features; NULL: none */
    const char *missing; /**< texts that stand for a missing value; NULL: pandas' ones */
    /** A category that training had not: "error" or "missing". NULL: as the trainer's
     * library does. */
    const char *unseen;
    /** Rows that cannot be read as they are: "error" ends the job at the first one,
     * "skip" leaves them out, "null" takes as missing what is missing or wrong in them,
     * and leaves out those with broken quotes or text that is not UTF-8. NULL: error. */
    const char *bad_rows;
    /** A CSV file of these rows with what is wrong with each; NULL: none. It appears
     * complete or not at all. "-": standard output. */
    const char *rejects_path;
    /**
     * The n_top most probable classes of a model with more than two, best first: columns
     * top_1, top_1_proba, top_2.., the class and its probability. Of equal probabilities
     * the lower class comes first; NaN comes last. They stand where output_columns has
     * "top", else behind what it has, alone if it is NULL. 0: none.
     */
    uint32_t n_top;
    /** `threshold` decides on labels, else they are the trainer's. For models whose label
     * is 0 or 1 by a probability. */
    bool has_threshold;
    /** The label is 1 where the probability is at least this, from 0 to 1, rounded to the
     * model's number type; NaN gives 0. */
    double threshold;
    /**
     * Names of the classes in the order of their numbers, as "no,yes", or of the labels
     * of a model that has several; one with a comma or a quote in double quotes. Labels
     * are written as names; where each class has a column, names take the place of
     * numbers, as in proba_yes. NULL: numbers.
     */
    const char *class_names;
    /** What the names of all result columns begin with; NULL: nothing. */
    const char *prefix;
    /**
     * Other names of output columns, as "old=new,old2=new2"; an item with a comma or a
     * quote in double quotes. An old name is one with its prefix, and means the first
     * column of that name: an input's before a result's. NULL: none.
     */
    const char *rename;
    enum gpuc_output_header output_header; /**< of a CSV output */
    /** Significant digits of the results that are no classes or leaves, at most 17, as
     * "%.6g" writes them. 0: as many as tell the number from its neighbours. */
    uint32_t precision;
    /** How these are written, in place of precision: "%.4f", "%.3e" or "%.6g", with up to
     * 17 digits; the exact binary value is rounded, half to even. NULL: not used. */
    const char *float_format;
    /** How rows are written: "csv" or "jsonl", which is an object for each row, one a
     * line: columns that pass through are strings, results numbers, NaN and infinity
     * null, classes strings if they have names. NULL: "jsonl" if the name of output_path
     * ends in .jsonl or .ndjson, perhaps with .gz or .zst behind it, else "csv". */
    const char *format;

    /**
     * Goes on where a run of this job was stopped, and sees to it that this one can be
     * gone on with. While it runs, its output lies beside output_path with ".partial"
     * behind its name, unpacked, and a ".journal" that tells how far it is; both stay if
     * it fails in any way but by a fault of the input. The same for rejects. Needs
     * inputs and outputs that are files. Fails with GPUC_EIO if another job writes this
     * output, and with GPUC_EUSAGE if what is there to go on with is another job's.
     */
    bool resume;
    /** All that the output depends on beside the inputs, as the model and the options: a
     * line "NAME<tab>VALUE" for each. One that differs makes it another job. May be
     * NULL. */
    const char *resume_key;
    /** With `resume`: the journal stays when the job is done. The same job has nothing to
     * do then, if its output is as it was, and gives the same report; whoever runs
     * several, and has done all, removes the journals. */
    bool keep_journal;
    /** Bytes of output, unpacked, after which it is made durable, if that was not done
     * in the last 5 seconds; so much can get lost. 0: 64 MiB. */
    uint64_t checkpoint_bytes;

    uint32_t n_threads; /**< worker threads, and as many that pack; 0: one a core */
    /** Rows that an engine gets at once; 0: chosen by the library. */
    uint32_t batch_rows;
    /** Bytes of input that make a batch, at most 2^28; 0: chosen by the library. */
    uint32_t piece_bytes;
    int cancel_fd; /**< the job stops when this becomes readable; -1: never */
    /** Filled by a job that ends well; the caller's. Not with `resume`. NULL: not wanted,
     * which costs nothing. */
    struct gpuc_job_statistics *statistics;

    /**
     * Gives the input in place of `input_path`: puts up to `size` bytes, which is never
     * 0, at `bytes` and their number in *ret_size; 0 is the end, after which it is not
     * called again. Returns 0, or an errno value that ends the job. The bytes may be gzip
     * or zstd. It is called on one thread at a time, which need not be the one that runs
     * the job, and maybe while `write` or `progress` run. The library cannot interrupt a
     * call that waits: one that may wait long looks at `cancel_fd` too. NULL: not used.
     */
    int (*read)(void *context, void *bytes, size_t size, size_t *ret_size);
    /**
     * Takes the output in place of `output_path`, in order, on the thread that runs the
     * job; `size` is never 0. Returns 0, or an errno value that ends the job. NULL: not
     * used.
     */
    int (*write)(void *context, const void *bytes, size_t size);
    /** Called before each pass and after each batch, on the thread that runs the job.
     * NULL: not used. */
    void (*progress)(void *context, const struct gpuc_progress *progress);
    void *context; /**< handed to all three */
};

/** What a struct gpuc_job_options begins as: `= GPUC_JOB_OPTIONS_INIT`. */
#define GPUC_JOB_OPTIONS_INIT                                                            \
  {                                                                                      \
    .cancel_fd = -1                                                                      \
  }

/**
 * Runs one job: reads the input, classifies every row, writes the output. An output file
 * appears complete or not at all. `ret_report` may be NULL. The job starts threads of its
 * own, and has joined them when it returns.
 *
 * Fails with GPUC_EUSAGE (options), GPUC_EDATA (the input: among several faults the one
 * that comes first in it, whatever the number of threads), GPUC_EIO, GPUC_EPIPE,
 * GPUC_EDEVICE, GPUC_ECANCELLED, GPUC_ENOMEM. Model and engine may be used again.
 */
GPUC_PUBLIC enum gpuc_status gpuc_job_run(const struct gpuc_model *model,
                                          struct gpuc_engine *engine,
                                          const struct gpuc_job_options *options,
                                          struct gpuc_job_report *ret_report,
                                          struct gpuc_error *error) GPUC_MUST_CHECK;

/* ---- rows in memory --------------------------------------------------------------- */

/** What the values of a column in memory are. */
enum gpuc_type {
    GPUC_TYPE_NONE,    /**< of a column: it is not looked at; of results: the model's */
    GPUC_TYPE_FLOAT32, /**< `float` */
    GPUC_TYPE_FLOAT64, /**< `double` */
    GPUC_TYPE_INT32,   /**< `int32_t` */
    GPUC_TYPE_INT64,   /**< `int64_t` */
    GPUC_TYPE_TEXT32,  /**< texts of UTF-8 with offsets of `int32_t`: Arrow's utf8 */
    GPUC_TYPE_TEXT64   /**< the same with offsets of `int64_t`: Arrow's large_utf8 */
};

/**
 * A column of rows in memory, laid out as Apache Arrow has it. The arrays are the
 * caller's, aligned for their type; a call reads them, changes nothing and keeps nothing.
 *
 * A value means what it means in a CSV file. Numbers become the nearest float64, then
 * float32 where the model takes float32; NaN is missing. Texts are read as the fields of
 * a file are: numbers, missing values, True and False, categories. A feature with a table
 * of categories takes texts, or numbers for those of its categories that are numbers.
 */
struct gpuc_column {
    enum gpuc_type type; /**< of the values */
    const void *data;    /**< the numbers, or the bytes of all texts back to back */
    /** For texts: where each begins in `data`, and behind the last where it ends. */
    const void *offsets;
    /** Bit i % 8 of byte i / 8 is 0 where value i is missing. NULL: none is. */
    const uint8_t *validity;
    /** Which value is the one of row 0: i = first + row, here and in `validity`. */
    size_t first;
};

/** What a scorer is to do; `{0}` takes the model's features in order. Names and texts
 * need only live while it is opened. */
struct gpuc_scorer_options {
    /** The names of the columns that every call brings, n_columns of them; matched with
     * the features as a CSV header is. NULL: columns go by position. */
    const char *const *names;
    size_t n_columns; /**< 0 without names: as many as the model has features */
    /** What calls are to give, as `output_columns` of a job, but no `top`. NULL: the
     * model's default. */
    const char *outputs;
    const char *ignore;  /**< columns that are no features, as in a job; NULL: none */
    const char *missing; /**< texts that mean a missing value, as in a job */
    const char *unseen;  /**< categories that training had not, as in a job */
    bool has_threshold;  /**< whether `threshold` decides on labels */
    double threshold;    /**< as in a job */
    /** Rows that the engine gets at once; 0: chosen by the library. */
    uint32_t batch_rows;
};

/** What a scorer takes and gives; 0 columns where its `outputs` lack something. */
struct gpuc_scorer_shape {
    size_t n_columns;      /**< that a call brings */
    enum gpuc_type number; /**< what the model computes in: float32 or float64 */
    size_t n_margins;      /**< columns of raw scores: one, or one a class or target */
    size_t n_values;       /**< columns of probabilities or predictions */
    size_t n_labels; /**< one column with the class; of multi-label models one a label */
    size_t n_leaves; /**< columns of leaves: one a tree */
    uint32_t batch_rows; /**< rows that the engine gets at once */
};

/**
 * Where a call puts its results: column-major arrays of the caller, column k of row r at
 * k * stride + r, with as many columns as struct gpuc_scorer_shape says. NULL: not
 * wanted.
 */
struct gpuc_results {
    /** Of margins and values: GPUC_TYPE_NONE is the model's own, GPUC_TYPE_FLOAT64 holds
     * what float32 gave exactly. */
    enum gpuc_type number;
    void *margins;    /**< raw scores */
    void *values;     /**< `proba` of classifiers, `pred` of all others */
    uint32_t *labels; /**< classes; of multi-label models 0 or 1 */
    uint32_t *leaves; /**< as the model file numbers them */
    /** From column to column, at least the rows of a call; 0: just these. */
    size_t stride;
};

/**
 * @struct gpuc_scorer
 * Classifies rows in memory: a model at work on an engine, with all memory that it needs.
 */
struct gpuc_scorer;

/**
 * Opens a scorer of a model with features; model and engine must outlive it. `options`
 * may be NULL. Fails with GPUC_EDATA where the columns lack a feature, GPUC_EUSAGE
 * (options; the black box, which looks at all of its input before the first row, takes
 * jobs only), GPUC_EMODEL, GPUC_EDEVICE, GPUC_ENOMEM.
 *
 * A scorer serves one thread at a time. For more threads open more scorers; those of one
 * engine run side by side, but are opened and closed one at a time, and not while a job
 * runs on the engine.
 */
GPUC_PUBLIC enum gpuc_status gpuc_scorer_open(const struct gpuc_model *model,
                                              struct gpuc_engine *engine,
                                              const struct gpuc_scorer_options *options,
                                              struct gpuc_scorer **ret_scorer,
                                              struct gpuc_error *error) GPUC_MUST_CHECK;

/** Closes a scorer; NULL is fine. */
GPUC_PUBLIC void gpuc_scorer_close(struct gpuc_scorer *scorer);

/** How many scorers, each on a thread of its own, keep so many cores and the device of an
 * engine busy; more only get in each other's way. `n_threads`: 0: all cores. */
GPUC_PUBLIC uint32_t gpuc_scorers_wanted(const struct gpuc_engine *engine,
                                         uint32_t n_threads);

/** What the scorer takes and gives; valid until it is closed. */
GPUC_PUBLIC const struct gpuc_scorer_shape *
gpuc_scorer_shape(const struct gpuc_scorer *scorer);

/**
 * Classifies rows: gives the bits that a job gives for a CSV file of the same values, on
 * every engine, however the rows are spread over calls. `columns`: as many as the scorer
 * was opened for, each with n_rows values; those that are no feature may be `{0}`. Any
 * n_rows, also 0. The library allocates nothing.
 *
 * Fails with GPUC_EDATA where a value is none of its feature: the first one by row, then
 * column; error->line is its row, counted from 1. Else with GPUC_EUSAGE (how columns or
 * results are given), GPUC_EDEVICE, GPUC_ENOMEM (of a device). What stands in the results
 * then means nothing; the scorer may be used again.
 */
GPUC_PUBLIC enum gpuc_status gpuc_scorer_run(struct gpuc_scorer *scorer,
                                             const struct gpuc_column *columns,
                                             size_t n_rows,
                                             const struct gpuc_results *results,
                                             struct gpuc_error *error) GPUC_MUST_CHECK;

/** What the scorer has done so far: rows, devices, and the warning if one was lost. Not
 * while it runs. */
GPUC_PUBLIC void gpuc_scorer_report(const struct gpuc_scorer *scorer,
                                    struct gpuc_job_report *ret_report);

/* ---- the rows themselves --------------------------------------------------------- */

/** How gpuc_csv_run() writes rows. */
enum gpuc_csv_form {
    GPUC_CSV_CANONICAL, /**< CSV as RFC 4180 has it: commas, LF, quotes where needed */
    GPUC_CSV_JSON       /**< an array of objects, of arrays without a header; all texts */
};

/**
 * Writes the rows of the input again as they were read: what every other job sees of
 * them. Faults and everything else are as for gpuc_job_run(). Options that are for models
 * must be NULL; `batch_rows` means nothing. JSON wants a header without a name twice.
 */
GPUC_PUBLIC enum gpuc_status gpuc_csv_run(const struct gpuc_job_options *options,
                                          enum gpuc_csv_form form,
                                          struct gpuc_job_report *ret_report,
                                          struct gpuc_error *error) GPUC_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
