/* SPDX-License-Identifier: Apache-2.0 */
/* One function a command. argv[0] is the program; each returns the exit code. */
#ifndef GPUC_COMMANDS_H
#define GPUC_COMMANDS_H

int gpuc_command_bench(int argc, char **argv);
int gpuc_command_classify(int argc, char **argv);
int gpuc_command_csv(int argc, char **argv);
int gpuc_command_devices(int argc, char **argv);
int gpuc_command_doctor(int argc, char **argv);
int gpuc_command_inspect(int argc, char **argv);
int gpuc_command_verify(int argc, char **argv);

#endif
